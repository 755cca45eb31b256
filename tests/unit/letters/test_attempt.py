"""How an attempt ended, in the ledger's words, for everything a channel can answer."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels.contract import Sent, Unclear
from schemas.errors import Misconfigured, Refused, Unavailable
from schemas.letter import Letter
from tests.unit.letters.desk import Desk, due
from workers.letters.attempt import Lease, attempt
from workers.letters.turns import Ended

Answer = Callable[[], Coroutine[Any, Any, Any]]


class Scripted:
    """A Replier whose answers are written down before; `calls` says what was asked of it."""

    def __init__(self, reply: Answer, find: Answer | None = None) -> None:
        self._reply, self._find = reply, find
        self.calls: list[str] = []

    async def reply(self, letter: Letter) -> Sent:
        self.calls.append("reply")
        sent: Sent = await self._reply()
        return sent

    async def find(self, letter: Letter) -> Sent | None:
        self.calls.append("find")
        assert self._find is not None
        found: Sent | None = await self._find()
        return found

    async def aclose(self) -> None:
        """Nothing is held."""


def raises(error: Exception) -> Answer:
    async def answer() -> None:
        raise error

    return answer


def says(value: Sent | None) -> Answer:
    async def answer() -> Sent | None:
        return value

    return answer


async def silence() -> None:
    await asyncio.sleep(60)


def run(replier: Scripted, in_doubt: bool = False, lease_seconds: float = 0.5) -> Ended:
    letter = Desk().wish(due()).letter
    assert letter is not None

    async def go() -> Ended:
        now = datetime.now(UTC)
        loop_end = asyncio.get_running_loop().time() + lease_seconds
        lease = Lease(loop_end, now + timedelta(seconds=lease_seconds))
        return await attempt(replier, letter, lease, in_doubt, lambda: datetime.now(UTC))

    return asyncio.run(go())


@pytest.mark.parametrize(
    ("answer", "end"),
    [
        (says(Sent("id-1")), "accepted"),
        (raises(Unavailable("busy", 7)), "away"),
        (raises(Misconfigured("CHANNEL_SMS_FROM_NUMBER", "is missing")), "away"),
        (raises(Refused("no such number", "21211")), "refused"),
        (raises(Unclear("no answer after the final dot")), "doubt"),
        (silence, "doubt"),
        (raises(ConnectionResetError()), "doubt"),
        (raises(KeyError("our own mistake")), "doubt"),
    ],
)
def test_a_first_attempt(answer: Answer, end: str) -> None:
    replier = Scripted(answer)
    assert run(replier).end == end
    assert replier.calls == ["reply"]


@pytest.mark.parametrize(
    ("found", "end", "calls"),
    [
        (says(Sent("id-1")), "accepted", ["find"]),
        (says(None), "accepted", ["find", "reply"]),
        (raises(Unavailable("busy")), "doubt", ["find"]),
        (raises(Misconfigured("CHANNEL_SMS_AUTH_TOKEN", "is wrong")), "doubt", ["find"]),
        (raises(Unclear("nobody can tell")), "unclear", ["find"]),
        (raises(Refused("not yours")), "unclear", ["find"]),
        (silence, "doubt", ["find"]),
        (raises(KeyError("our own mistake")), "doubt", ["find"]),
    ],
)
def test_an_attempt_after_one_without_an_answer(found: Answer, end: str, calls: list[str]) -> None:
    replier = Scripted(says(Sent("id-2")), found)
    assert run(replier, in_doubt=True).end == end
    assert replier.calls == calls


def test_the_provider_names_the_time_and_the_code() -> None:
    assert run(Scripted(raises(Unavailable("busy", 7)))).retry_after == 7
    assert run(Scripted(raises(Refused("no", "21211")))).code == "21211"


def test_without_a_lease_nothing_leaves() -> None:
    replier = Scripted(says(Sent("id-1")))
    assert run(replier, lease_seconds=-1).end == "away"
    assert replier.calls == []


def test_after_a_long_question_nothing_leaves() -> None:
    """Asking took the whole lease, as it would in a process that was frozen meanwhile."""

    async def slow() -> None:
        time.sleep(0.6)  # noqa: ASYNC251 - frozen, not waiting

    replier = Scripted(says(Sent("id-1")), slow)
    assert run(replier, in_doubt=True).end in ("away", "doubt")
    assert replier.calls == ["find"]
