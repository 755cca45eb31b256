"""A letter whose attempt ended without an answer is looked up before it is sent again."""

from datetime import UTC, datetime

import pytest

from channels.contract import Sent
from channels.doubt import AskFirst, Doubtful
from schemas.errors import Unavailable
from schemas.letter import Letter
from schemas.message import ReplyRoute

LETTER = Letter(
    letter_id="l1",
    kind="acknowledgement",
    reference="r",
    channel="sms",
    route=ReplyRoute(channel="sms"),
    text="t",
    created_at=datetime(2026, 3, 1, tzinfo=UTC),
)


class Provider:
    """Answers what the test scripted, and counts."""

    def __init__(self, *answers: Sent | Exception, found: Sent | Exception | None = None) -> None:
        self.answers = list(answers)
        self.found = found
        self.sent = self.asked = 0

    async def send(self, _: Letter) -> Sent:
        self.sent += 1
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def find(self, _: Letter) -> Sent | None:
        self.asked += 1
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


@pytest.mark.asyncio
async def test_a_clear_failure_is_simply_sent_again() -> None:
    provider = Provider(Unavailable("away"), Sent("1"))
    ask_first = AskFirst(provider.send, provider.find)
    with pytest.raises(Unavailable):
        await ask_first(LETTER)
    assert await ask_first(LETTER) == Sent("1")
    assert provider.asked == 0


@pytest.mark.asyncio
async def test_a_doubtful_letter_that_arrived_is_not_sent_again() -> None:
    provider = Provider(Doubtful("time-out"), found=Sent("1"))
    ask_first = AskFirst(provider.send, provider.find)
    with pytest.raises(Doubtful):
        await ask_first(LETTER)
    assert await ask_first(LETTER) == Sent("1")
    assert (provider.sent, provider.asked) == (1, 1)


@pytest.mark.asyncio
async def test_a_doubtful_letter_that_did_not_arrive_is_sent_again() -> None:
    provider = Provider(Doubtful("time-out"), Sent("2"))
    ask_first = AskFirst(provider.send, provider.find)
    with pytest.raises(Doubtful):
        await ask_first(LETTER)
    assert await ask_first(LETTER) == Sent("2")
    assert (provider.sent, provider.asked) == (2, 1)


@pytest.mark.asyncio
async def test_as_long_as_the_provider_cannot_be_asked_nothing_is_sent() -> None:
    provider = Provider(Doubtful("time-out"), Sent("2"), found=Unavailable("away"))
    ask_first = AskFirst(provider.send, provider.find)
    for _ in range(3):
        with pytest.raises(Unavailable):
            await ask_first(LETTER)
    assert provider.sent == 1
