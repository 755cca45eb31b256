"""A lane on the loop's clock: how it behaves while its provider is away, and after."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from channels.contract import Sent
from schemas.errors import Unavailable
from schemas.letter import Letter
from tests.patience import until
from tests.unit.letters.desk import SMS_ROUTE, Desk, due
from workers.letters.lane import Lane
from workers.letters.ledger import Entry
from workers.letters.outlet import Outlet
from workers.letters.settings import LettersSettings
from workers.runtime.contract import Record

MANY = 16


class Port:
    """Takes what the lane posts; there is always room."""

    partition = 0

    def __init__(self) -> None:
        self.posted: list[Record] = []

    def post(self, record: Record) -> None:
        self.posted.append(record)

    async def room(self) -> None:
        """At once."""


class Provider:
    """Away until it is told otherwise."""

    def __init__(self) -> None:
        self.away = True
        self.sent: list[str] = []

    async def reply(self, letter: Letter) -> Sent:
        await asyncio.sleep(0.01)
        if self.away:
            raise Unavailable("nobody answers")
        self.sent.append(letter.letter_id)
        return Sent("SM1")

    async def find(self, letter: Letter) -> Sent | None:
        return None

    async def aclose(self) -> None:
        """Nothing is held."""


def attempted(number: int) -> Entry:
    """A letter that may leave at once: its claim is committed."""
    desk = Desk(now=datetime.now(UTC))
    entry = desk.wish(due(SMS_ROUTE, letter_id=f"{number:024x}"))
    return entry.model_copy(update={"lease_until": desk.now + timedelta(seconds=60)})


@pytest.mark.asyncio
async def test_letters_that_fail_together_shut_the_lane_for_a_moment_only() -> None:
    provider, port = Provider(), Port()
    settings = LettersSettings(retry_first_seconds=0.2, lease_seconds=9.0)
    lane = Lane("sms", Outlet({"sms": provider}), port, settings, lambda: datetime.now(UTC))
    try:
        for number in range(MANY):
            lane.take(attempted(number), inherited=False)
        await until(lambda: len(port.posted) == MANY, 10, "all have failed")
        provider.away = False
        lane.take(attempted(MANY), inherited=False)
        # sixteen failures in a row would shut it for fifteen seconds and more
        await until(lambda: provider.sent, 3, "the next letter leaves")
    finally:
        await lane.close()
