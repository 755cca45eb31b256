"""Pause, inbox, progress file, changelog records, bounds."""

import asyncio
import json
import time
from pathlib import Path

import pytest

from schemas.errors import Misconfigured, Unavailable, Unsupported
from tests.unit.runtime.doubles import Scripted, record
from workers.runtime.changelog import records_for
from workers.runtime.contract import Delta, Output
from workers.runtime.exits import Doubt, bounded
from workers.runtime.inbox import Inbox
from workers.runtime.pause import Pause
from workers.runtime.progress import ProgressFile
from workers.runtime.state import POSITION_KEY
from workers.storage.kafka import Cluster


def test_pauses_grow_to_a_bound_with_jitter() -> None:
    pause = Pause((0.2, 5.0))
    assert not pause.active
    seconds = [pause.begin(Unavailable("x")) for _ in range(12)]
    assert all(0.1 <= seconds[0] <= 0.2 for _ in seconds)
    assert all(2.5 <= late <= 5.0 for late in seconds[6:])
    assert len(set(seconds)) > 6
    assert 0 < pause.remaining <= 5.0
    pause.end()
    assert pause.remaining == 0
    assert not pause.active


def test_the_other_side_may_ask_for_a_longer_pause() -> None:
    pause = Pause((0.2, 5.0))
    assert pause.begin(Unavailable("x", retry_after=60)) == 60
    assert pause.begin(Unsupported("x")) < 1


def test_the_last_value_of_a_key_is_written_and_the_position_with_the_first_table() -> None:
    deltas = [
        Delta([Output("out", b"1", b"")], {"seen": {b"a": b"1", b"b": b"1"}, "more": {b"m": b"1"}}),
        Delta([Output("out", b"2", b"")], {"seen": {b"a": None}}),
    ]
    written = records_for(Scripted(), 4, deltas, 9, 7)
    assert [output.key for output in written[:2]] == [b"1", b"2"]
    logs = {(output.topic, output.key): (output.value, output.partition) for output in written[2:]}
    position = logs.pop(("log.seen", POSITION_KEY))
    assert position == (b'{"source": "in", "next": 9, "told": 7}', 4)
    assert logs == {
        ("log.seen", b"a"): (None, 4),
        ("log.seen", b"b"): (b"1", 4),
        ("log.more", b"m"): (b"1", 4),
    }
    assert POSITION_KEY not in [output.key for output in records_for(Scripted(), 4, deltas, None)]


def test_the_inbox_is_bounded_by_who_asks_for_room() -> None:
    async def run() -> None:
        inbox = Inbox(0, 2)
        await asyncio.wait_for(inbox.room(), 1)
        for offset in range(3):
            await asyncio.to_thread(inbox.post, record(offset))
        await asyncio.wait_for(inbox.filled(), 1)
        assert inbox.full
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(inbox.room(), 0.05)
        assert [one.offset for one in inbox.take(2)] == [0, 1]
        await asyncio.wait_for(inbox.room(), 1)
        assert [one.offset for one in inbox.take(5)] == [2]
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(inbox.filled(), 0.05)

    asyncio.run(run())


def test_the_progress_file_tells_the_outside(tmp_path: Path) -> None:
    progress = ProgressFile(tmp_path, "s", 3)
    file = tmp_path / "s-3.progress.json"
    progress.state("running")
    progress.committed(17)
    assert "next_offset" not in json.loads(file.read_text())  # within a second of the last write
    progress.state("paused", "store is away")
    facts = json.loads(file.read_text())
    assert (facts["state"], facts["reason"], facts["next_offset"]) == ("paused", "store is away", 17)
    assert abs(facts["at"] - time.time()) < 5
    assert facts["committed_at"] > 0
    assert list(tmp_path.iterdir()) == [file]


def test_a_bound_says_what_was_late_and_keeps_other_errors() -> None:
    async def never() -> None:
        await asyncio.sleep(60)

    async def fails() -> None:
        raise TimeoutError("its own")

    with pytest.raises(Doubt, match=r"a transaction did not end within 0\.01 s"):
        asyncio.run(bounded(never(), 0.01, "a transaction"))
    with pytest.raises(TimeoutError, match="its own"):
        asyncio.run(bounded(fails(), 1, "a transaction"))


def test_a_ca_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    async def make() -> None:
        Cluster("h:1", security_protocol="SSL", ca_file=tmp_path / "none.pem").producer()

    with pytest.raises(Misconfigured, match="GATEWAY_KAFKA_CA_FILE: cannot read"):
        asyncio.run(make())


def test_the_prefix_comes_and_goes() -> None:
    cluster = Cluster("h:1", topic_prefix="eu.")
    assert cluster.topic("intake") == "eu.intake"
    assert cluster.plain("eu.intake") == "intake"
