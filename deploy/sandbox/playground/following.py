"""Following what was written through the stages, as an operator sees it: from the console's JSON, nothing else."""

import itertools
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from deploy.sandbox.playground.ways.contract import Told
from deploy.sandbox.playground.world import World
from schemas.names import ChannelName

_MOST = 30
_LOOKED_AT = 20
_DONE = {"delivered", "failed", "shown", "suppressed", "unclear"}


@dataclass(frozen=True, slots=True)
class Written:
    """What a customer wrote at `at`, what he was told, and how long he waited for that."""

    channel: ChannelName
    customer: str
    text: str
    told: Told
    at: datetime
    took_ms: float


@dataclass(slots=True)
class Followed:
    """One thing a customer wrote: `case` is the console's JSON once it is known whose it is."""

    number: int
    written: Written
    case: dict[str, Any] | None = None

    @property
    def finished(self) -> bool:
        """Whether nothing more is to be expected soon."""
        letters = self.case.get("letters", []) if self.case else []
        return bool(letters) and all(letter["state"] in _DONE for letter in letters)

    def body(self) -> dict[str, Any]:
        """As JSON for the page."""
        return {
            "number": self.number,
            "channel": self.written.channel,
            "customer": self.written.customer,
            "text": self.written.text,
            "told": self.written.told.says,
            "at": self.written.at.isoformat(),
            "took_ms": round(self.written.took_ms, 1),
            "case": self.case,
        }


class Following:
    """The newest things written, matched with cases by reference, else by channel and words."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._followed: list[Followed] = []

    def add(self, written: Written) -> Followed:
        """Something was just written."""
        followed = Followed(next(self._numbers), written)
        self._followed = [followed, *self._followed[: _MOST - 1]]
        return followed

    async def now(self, world: World, client: httpx.AsyncClient) -> list[dict[str, Any]]:
        """Everything followed, the newest first, as far as the console knows."""
        headers, console = world.as_operator, f"{world.gateway}/console/cases"
        open_ones = [one for one in self._followed if not one.finished]
        if any(one.case is None and not one.written.told.reference for one in open_ones):
            newest = await _json(client, f"{console}?limit={_LOOKED_AT}", headers) or {}
            for row in newest.get("cases", []):
                case = await _json(client, f"{console}/{row['reference']}", headers)
                self._match(open_ones, case)
        for one in open_ones:
            reference = one.case["reference"] if one.case else one.written.told.reference
            if reference:
                one.case = await _json(client, f"{console}/{reference}", headers) or one.case
        return [one.body() for one in self._followed]

    def _match(self, open_ones: list[Followed], case: dict[str, Any] | None) -> None:
        for one in open_ones:
            if case and one.case is None and _is_in(one, case):
                one.case = case


def _is_in(one: Followed, case: dict[str, Any]) -> bool:
    words = " ".join(one.written.text.split())[:200]
    return any(
        message.get("channel") == one.written.channel
        and words in " ".join(message.get("text", "").split())
        and datetime.fromisoformat(message["received_at"]).timestamp() >= one.written.at.timestamp() - 2
        for message in case.get("messages", [])
    )


async def _json(client: httpx.AsyncClient, url: str, headers: dict[str, str]) -> dict[str, Any] | None:
    answer = await client.get(url, headers=headers)
    found: dict[str, Any] | None = answer.json() if answer.status_code == 200 else None
    return found
