"""Telegram's words for updates (Bot API: Update, Message, User, Chat, MessageReactionUpdated).

Fields that are not named here are ignored: every release of the Bot API adds some.
"""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from channels.json_body import clean, read_object
from schemas.errors import Unreadable

Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else clean(str(value)))]
Json = dict[str, Any]


class Entity(BaseModel):
    """An object of the Bot API; what it does not name is ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)


class User(Entity):
    """Who wrote it."""

    id: Text = ""
    first_name: Text = ""
    last_name: Text = ""
    username: Text = ""
    language_code: Text = ""
    is_bot: bool = False

    @property
    def name(self) -> str:
        """First and last name."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)


class Chat(Entity):
    """Where it was written: a private chat, a group, a channel."""

    id: Text = ""
    type: Text = "private"
    title: Text = ""


class Quoted(Entity):
    """The message that is answered."""

    message_id: Text = ""


class Said(Entity):
    """A message. Its media stay as Telegram wrote them, in `rest`."""

    message_id: Text = ""
    sender: User = Field(User(), alias="from")
    chat: Chat = Chat()
    date: int | None = None
    edit_date: int | None = None
    text: Text = ""
    caption: Text = ""
    reply_to_message: Quoted = Quoted()
    media_group_id: Text = ""


@dataclass(frozen=True, slots=True)
class Update:
    """One update: its number, what it is called, the message in it, and the whole object for the rest."""

    id: str
    name: str
    said: Said
    body: Json


def update(raw: bytes) -> Update:
    """The update in `raw`; raises Unreadable for anything else."""
    value = read_object(raw)
    if "update_id" not in value:
        raise Unreadable("the field update_id is missing: no update of Telegram's")
    name = next((name for name in value if name != "update_id"), "empty")
    body = value.get(name)
    try:
        said = Said.model_validate(body if isinstance(body, dict) else {})
    except ValidationError as error:
        raise Unreadable(f"not an update of Telegram's: {name}.{error.errors()[0]['loc']}") from error
    return Update(str(value["update_id"]), clean(name), said, body if isinstance(body, dict) else {})
