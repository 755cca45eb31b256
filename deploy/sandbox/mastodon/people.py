"""The accounts of the server: names and bearer tokens, from settings."""

import hashlib
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError


@dataclass(frozen=True)
class Person:
    """One account. The id follows from the name, so that it survives a change of settings."""

    name: str
    token: str
    bot: bool

    @property
    def id(self) -> str:
        return str(int.from_bytes(hashlib.sha256(self.name.encode()).digest()[:6]))


class People:
    """The accounts by id, by name (any case) and by token."""

    def __init__(self, people: list[Person]) -> None:
        self.by_id = {person.id: person for person in people}
        self.by_name = {person.name.lower(): person for person in people}
        self.by_token = {person.token: person for person in people}


def parse_people(text: str) -> People:
    """A JSON object of name and token; the first one is the account that answers complaints, marked as a bot.

    Raises ValueError.
    """
    try:
        tokens = TypeAdapter(dict[str, str]).validate_json(text)
    except ValidationError as error:
        raise ValueError('write SANDBOX_MASTODON_ACCOUNTS as {"name": "token", …}') from error
    return People([Person(name, token, bot=index == 0) for index, (name, token) in enumerate(tokens.items())])
