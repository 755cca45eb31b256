"""One person with an address on every channel, and the town that knows where the house is."""

from dataclasses import dataclass
from typing import Any

from deploy.sandbox.playground.world import Customer, World
from gateway.stand_ins import GUESTS, OURS
from tests.acceptance.house import House

SURNAME = "Quillfeather"
"""Everybody's: a word that stands in no log, no text and no program."""
_AREA = 14155000000


@dataclass(frozen=True, slots=True)
class Person(Customer):
    """`name` is the account on Mastodon and Bluesky, which several persons may share; all else is his own."""

    @property
    def title(self) -> str:
        """As letters and forms name him."""
        return f"Pat {SURNAME}"

    @property
    def address(self) -> str:
        """A mailbox outside."""
        return f"customer{self.number}@example.net"

    @property
    def phone(self) -> str:
        """E.164; WhatsApp's number too."""
        return f"+{_AREA + self.number}"

    @property
    def network(self) -> dict[str, str]:
        """Headers as a proxy in front of the gateway writes them: everybody comes from an address of his own."""
        number = self.number
        return {"X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}


def person(number: int) -> Person:
    """The person with this number."""
    return Person(f"guest{number % GUESTS}", number)


class Town(World):
    """Where everything is: what the house says, with the mail server beside it."""

    def __init__(self, house: House) -> None:
        super().__init__(house.folder / "run.json", house.operator()["Authorization"].removeprefix("Bearer "))
        self._house = house

    def _now(self) -> dict[str, Any]:
        facts = self._house.facts()
        mail = {"mailbox": f"{OURS}@localhost", "accounts": []}
        return {
            **facts,
            "smtp": f"127.0.0.1:{self._house.exchanger.port}",
            "sandbox": {**facts["sandbox"], "mail": mail},
        }
