"""What the collector promises any source, shown with one that follows a script against a real Kafka."""

import asyncio
import ssl
import uuid
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from channels.contract import Collected, Inbound, Look
from channels.mail import CHANNEL
from deploy.local.kafka import LocalKafka
from gateway.collect import collect
from gateway.collector import CollectOptions, CollectorStatus
from gateway.sequence import split_delivery_id
from schemas.errors import Unavailable
from tests.integration.collect.house import delivered, make_topics
from workers.storage.blobs import BlobStore
from workers.storage.kafka import Cluster

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(180)]
Step = tuple[str, bytes] | Exception


class Scripted:
    """Gives what the script says at each call of `receive`, then waits; records what it is told."""

    def __init__(self, *calls: Sequence[Step]) -> None:
        self.account = "an account"
        self.look = Look()
        self.calls = list(calls)
        self.resumed: list[str | None] = []
        self.confirmed: list[str] = []
        self.done = asyncio.Event()

    async def receive(self, position: str | None) -> AsyncIterator[Collected]:
        self.resumed.append(position)
        for step in self.calls.pop(0):
            if isinstance(step, Exception):
                raise step
            where, raw = step
            yield Collected(Inbound(raw, "text/plain", self.account, datetime.now(UTC)), where, raw)
        self.done.set()
        await asyncio.Event().wait()

    async def confirm(self, collected: Sequence[Collected]) -> None:
        assert all(one.inbound.raw == b"" for one in collected), "bytes are not kept until they are confirmed"
        self.confirmed += [f"{one.position}:{one.token.decode()}" for one in collected]

    async def aclose(self) -> None:
        self.confirmed.append("closed")


async def run(
    kafka: LocalKafka, source: Scripted, folder: Path
) -> tuple[list[tuple[str, int, bytes]], list[str]]:
    """Collect until the script is through; deliveries as (boot, number, bytes), and the states told."""
    cluster = Cluster(kafka.bootstrap, topic_prefix=f"t{uuid.uuid4().hex[:8]}.")
    await make_topics(cluster)
    stop, told = asyncio.Event(), list[CollectorStatus]()
    options = CollectOptions("one", retry_seconds=(0.1, 0.2), status=told.append)
    task = asyncio.create_task(collect(cluster, [(CHANNEL, source)], BlobStore(folder), options, stop))
    await source.done.wait()
    await asyncio.sleep(0.5)
    stop.set()
    await task
    got = []
    for one in await delivered(cluster):
        name = split_delivery_id(one.delivery.delivery_id)
        assert name is not None
        got.append((name[1], name[2], one.raw))
    return got, [status.state for status in told]


async def test_it_goes_on_behind_what_is_durable_when_the_source_was_away(
    kafka: LocalKafka, tmp_path: Path
) -> None:
    source = Scripted([("1", b"a"), ("2", b"b"), Unavailable("gone")], [Unavailable("still")], [("3", b"c")])
    got, states = await run(kafka, source, tmp_path)
    assert [(number, raw) for _, number, raw in got] == [(1, b"a"), (2, b"b"), (3, b"c")]
    assert len({boot for boot, _, _ in got}) == 1
    assert source.resumed == [None, "2", "2"]
    assert source.confirmed == ["1:a", "2:b", "3:c", "closed"]
    assert states.count("away") == 2
    assert states[-1] == "released"


ODD: Sequence[Exception] = (
    KeyError(b"UIDVALIDITY"),
    ValueError("unexpected message list data"),
    TypeError("int() argument must not be NoneType"),
    UnicodeDecodeError("ascii", b"\xff", 0, 1, "ordinal not in range"),
    AttributeError("'NoneType' object has no attribute 'get'"),
    IndexError("list index out of range"),
    ssl.SSLError("wrong version number"),
    asyncio.TimeoutError(),  # noqa: UP041
    ConnectionResetError(),
    EOFError(),
    MemoryError(),
    RecursionError("maximum recursion depth exceeded"),
    AssertionError(),
    OverflowError("date value out of range"),
)


async def test_whatever_one_account_meets_is_its_own_trouble_and_the_others_go_on(
    kafka: LocalKafka, tmp_path: Path
) -> None:
    """Each error ends one session of the one account, in the middle of its messages."""
    calls: list[Sequence[Step]] = [[(str(n), b"odd %d" % n), error] for n, error in enumerate(ODD)]
    odd, good = Scripted(*calls, [("last", b"odd last")]), Scripted([("1", b"good")])
    odd.account = "an odd account"
    cluster = Cluster(kafka.bootstrap, topic_prefix=f"t{uuid.uuid4().hex[:8]}.")
    await make_topics(cluster)
    stop, told = asyncio.Event(), list[CollectorStatus]()
    options = CollectOptions("one", retry_seconds=(0.01, 0.02), status=told.append)
    both = [(CHANNEL, odd), (CHANNEL, good)]
    task = asyncio.create_task(collect(cluster, both, BlobStore(tmp_path), options, stop))
    waiting = asyncio.create_task(odd.done.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED, timeout=90)
    assert not task.done(), task
    assert waiting.done()
    await good.done.wait()
    await asyncio.sleep(0.5)
    stop.set()
    await task
    wanted = {b"good", b"odd last", *(b"odd %d" % number for number in range(len(ODD)))}
    assert {one.raw for one in await delivered(cluster)} >= wanted
    away = [one.reason for one in told if one.state == "away" and one.key.endswith("odd account")]
    assert all(any(type(error).__name__ in reason for reason in away) for error in ODD)
    assert {status.state for status in told if status.key.endswith(":an account")} == {
        "collecting",
        "released",
    }


async def test_what_is_taken_once_more_has_numbers_of_its_own(kafka: LocalKafka, tmp_path: Path) -> None:
    source = Scripted([("5", b"a"), ("5", b"old"), ("5", b"older"), ("6", b"b")])
    got, _ = await run(kafka, source, tmp_path)
    rows: dict[str, list[tuple[int, bytes]]] = {}
    for boot, number, raw in sorted(got):
        rows.setdefault(boot, []).append((number, raw))
    assert sorted(rows.values()) == [[(1, b"a"), (2, b"b")], [(1, b"old"), (2, b"older")]]
    assert source.confirmed == ["5:a", "5:old", "5:older", "6:b", "closed"]
