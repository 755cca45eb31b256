"""What every source promises when a session ends: what nobody confirmed is given again, whichever it was.

A session ends whenever Kafka does not take what was handed over. The source object lives on.
"""

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from channels import meta_history
from channels.contract import Channel, Collected, Inbound, Look, Source
from channels.registry import CHANNELS
from gateway.collector import Beginning
from tests.contract.players import NO_GRACE, PLAYERS, Player

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(120)]
SECONDS = 20.0
TEXTS = ("number 1", "number 20", "number 3")
_US = re.compile(r"@(complaints(\.sandbox\.example)?|we) ")
Told = Callable[[Collected], set[str]]


def texts(channel: Channel) -> Told:
    """What a delivery says: kind and words of its messages, less the mention of us."""

    def told(one: Collected) -> set[str]:
        found = channel.read(one.inbound.raw, one.inbound.facts)
        every = {f"{each.message.kind} {each.message.text}".strip() for each in found}
        return {_US.sub("", text) for text in every}

    return told


@contextlib.asynccontextmanager
async def a_session(source: Source, position: str) -> AsyncIterator[AsyncIterator[Collected]]:
    """One call of `receive`, ended as the collector ends it."""
    stream = source.receive(position)
    try:
        yield stream
    finally:
        await stream.aclose()  # type: ignore[attr-defined]


async def given(source: Source, position: str, wanted: set[str], told: Told) -> list[Collected]:
    """What one session gives, unconfirmed, until all of `wanted` came; fails when it does not."""
    got: list[Collected] = []
    missing, deadline = set(wanted), time.monotonic() + SECONDS
    async with a_session(source, position) as stream:
        while missing:
            try:
                async with asyncio.timeout(deadline - time.monotonic()):
                    got.append(await anext(stream))
            except TimeoutError:
                break
            missing -= told(got[-1])
    assert not missing, f"never given again: {sorted(missing)}; given: {[told(one) for one in got]}"
    return got


async def gives_again_what_nobody_confirmed(
    source: Source, position: str, wanted: Sequence[str], told: Told
) -> None:
    """Sessions end after each of the messages, with nothing confirmed, then with each prefix confirmed."""
    for count in range(1, len(wanted) + 1):
        async with a_session(source, position) as stream:
            for _ in range(count):
                await asyncio.wait_for(anext(stream), SECONDS)
        await given(source, position, set(wanted), told)
    for confirmed in range(1, len(wanted)):
        got = await given(source, position, set(wanted), told)
        await source.confirm(got[:confirmed])
        rest = set(wanted).difference(*(told(one) for one in got[:confirmed]))
        position = got[confirmed - 1].position
        await given(source, position, rest, told)
        wanted = sorted(rest)
        if len(wanted) < 2:
            break


@pytest.fixture(params=[channel.name for channel in CHANNELS if channel.sources])
def player(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Player]:
    """Every channel of the registry that is collected from."""
    monkeypatch.setattr(meta_history, "GRACE", NO_GRACE)
    with PLAYERS[request.param](tmp_path) as playing:
        yield playing


async def begun(source: Source) -> str:
    assert isinstance(source, Beginning)
    position = await source.begin()
    await asyncio.sleep(1.1)  # some providers tell whole seconds
    return position


async def test_every_message_that_nobody_confirmed_is_given_again(player: Player) -> None:
    source = player.source()
    position = await begun(source)
    for text in TEXTS:
        await asyncio.to_thread(player.say, text)
    told = texts(player.channel)
    wanted = [f"message {text}" for text in TEXTS]
    await gives_again_what_nobody_confirmed(source, position, wanted, told)
    await source.aclose()


async def test_a_new_process_is_given_it_too(player: Player) -> None:
    source = player.source()
    position = await begun(source)
    for text in TEXTS:
        await asyncio.to_thread(player.say, text)
    told, wanted = texts(player.channel), {f"message {text}" for text in TEXTS}
    await given(source, position, wanted, told)
    await source.aclose()
    another = player.source()
    await given(another, position, wanted, told)
    await another.aclose()


@pytest.mark.parametrize(
    ("player", "change"),
    [("mastodon", "edited"), ("mastodon", "deleted"), ("bluesky", "deleted")],
    indirect=["player"],
)
async def test_a_change_that_nobody_confirmed_is_given_again(player: Player, change: str) -> None:
    source, told = player.source(), texts(player.channel)
    position = await begun(source)
    await asyncio.to_thread(player.say, TEXTS[0])
    async with a_session(source, position) as stream:
        first = await asyncio.wait_for(anext(stream), SECONDS)
        await source.confirm([first])
        await asyncio.to_thread(player.changes[change], TEXTS[0])
        changed = await asyncio.wait_for(anext(stream), SECONDS)
    assert told(changed) != told(first)
    for _ in range(2):
        (*_, again) = await given(source, first.position, told(changed), told)
    await source.confirm([again])
    async with a_session(source, again.position) as stream:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.5):
                assert told(await anext(stream)) != told(changed), "once confirmed it is enough"
    await source.aclose()


class Toy:
    """Three messages; `fault` is what it does wrong with its memory."""

    account = "toy"

    def __init__(self, fault: str) -> None:
        self._fault = fault
        self.look = Look()
        self._seen: set[int] = set()

    async def receive(self, position: str | None) -> AsyncIterator[Collected]:
        """What is behind `position`, then nothing."""
        if self._fault == "none":
            self._seen.clear()
        for number in range(int(position or 0) + 1, len(TEXTS) + 1):
            if number not in self._seen:
                self._seen.add(number)
                raw = TEXTS[number - 1].encode()
                yield Collected(Inbound(raw, "text/plain", "toy", datetime.now(UTC)), str(number))
        await asyncio.Event().wait()

    async def confirm(self, collected: Sequence[Collected]) -> None:
        """Nothing to mark."""

    async def aclose(self) -> None:
        """Nothing is open."""


def _raw(one: Collected) -> set[str]:
    return {one.inbound.raw.decode()}


async def test_a_source_that_remembers_nothing_passes() -> None:
    await gives_again_what_nobody_confirmed(Toy("none"), "0", TEXTS, _raw)


async def test_a_source_whose_memory_outlives_its_session_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.contract.test_sessions.SECONDS", 0.3)
    with pytest.raises(AssertionError, match="never given again"):
        await gives_again_what_nobody_confirmed(Toy("memory"), "0", TEXTS, _raw)


async def test_every_channel_that_is_collected_from_is_played() -> None:
    assert {channel.name for channel in CHANNELS if channel.sources} == set(PLAYERS)
