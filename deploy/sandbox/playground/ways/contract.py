"""What the playground asks of a way: write on it as a customer, and tell what customers got on it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

import httpx

from deploy.sandbox.playground.world import Customer
from schemas.names import ChannelName


@dataclass(frozen=True, slots=True)
class Told:
    """What a customer is told at once, the reference if he was given one, and the provider's id of what he wrote."""

    says: str
    reference: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Arrived:
    """One letter as its recipient sees it; `at` in RFC 3339, `key` unique for the page."""

    key: str
    channel: ChannelName
    customer: str
    at: str
    subject: str
    text: str

    def body(self) -> dict[str, str]:
        """As JSON."""
        return asdict(self)


class Refused(Exception):
    """The other side said no; its own words."""


class Way(Protocol):
    """`channels` are the gateway's names of what can be written on here."""

    @property
    def channels(self) -> Sequence[ChannelName]: ...

    @property
    def group(self) -> str:
        """The heading it stands under."""
        ...

    async def write(self, who: Customer, channel: ChannelName, text: str) -> Told:
        """Send; raises Refused, Missing when it is not played, httpx and SMTP errors when a server is away."""
        ...

    async def arrived(self, customers: Sequence[Customer]) -> list[Arrived]:
        """What these got, in no order; raises as `write` does."""
        ...


def heard(answer: httpx.Response, key: str = "id") -> str:
    """The id of what a stand-in passed on to our webhook; raises Refused when the webhook did not confirm it."""
    told = good(answer).json()
    status = int(told.get("webhook", {}).get("status", 200))
    if status >= 300:
        raise Refused(f"our webhook answered {status}")
    return str(told[key])


def good(answer: httpx.Response) -> httpx.Response:
    """The answer, when it is one; raises Refused."""
    if answer.status_code >= 400:
        raise Refused(f"{answer.status_code}: {answer.text[:300]}")
    return answer
