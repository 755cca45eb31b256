"""The tests of the runtime can fail: without fencing, or with positions outside the transaction, they do."""

import asyncio
import signal
from collections import Counter
from pathlib import Path

import pytest

from tests.integration.runtime import chaos
from tests.integration.runtime.conftest import MakeWorker
from tests.integration.runtime.doubles import FREEZE_MARK
from tests.integration.runtime.harness import Worker, arrived, keys, produce
from tests.patience import until
from workers.storage.kafka import Cluster

COUNT = 400


async def thaw_after_takeover(
    cluster: Cluster, worker: MakeWorker, transactor: str, mark: Path
) -> tuple[Worker, list[bytes]]:
    """A worker freezes in a transaction, another one does all the work, the first one wakes up."""
    await produce(cluster, [(b"id-%d" % number, b"v") for number in range(COUNT)])
    frozen = worker("w1", stage="Numbered", transactor=transactor)
    await until(mark.exists, 20, "the worker to freeze itself")
    other = worker("w2", stage="Numbered", transactor=transactor)
    await until(lambda: _done(other) == COUNT, 40, "the other worker to take over")
    frozen.signal(signal.SIGCONT)
    await arrived(cluster, COUNT, seconds=40)
    await asyncio.sleep(2)
    return frozen, await keys(cluster)


def _done(one: Worker) -> int:
    """How many records it has committed or found committed."""
    try:
        return sum(int(one.mark("progress", number, "numbered").get("next_offset", 0)) for number in range(2))
    except FileNotFoundError:
        return 0


@pytest.mark.timeout(300)
def test_a_worker_that_wakes_up_in_a_transaction_is_fenced(
    cluster: Cluster, worker: MakeWorker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FREEZE_MARK, str(tmp_path / "frozen"))
    frozen, found = asyncio.run(thaw_after_takeover(cluster, worker, "Freezing", tmp_path / "frozen"))
    assert frozen.wait(20) == 3
    assert "ProducerFenced" in frozen.said
    assert len(found) == len(set(found)) == COUNT


@pytest.mark.timeout(300)
def test_without_fencing_it_doubles(
    cluster: Cluster, worker: MakeWorker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FREEZE_MARK, str(tmp_path / "frozen"))
    _, found = asyncio.run(thaw_after_takeover(cluster, worker, "FreezingUnfenced", tmp_path / "frozen"))
    assert max(Counter(found).values()) == 2


@pytest.mark.timeout(180)
def test_chaos_notices_positions_outside_the_transaction() -> None:
    report = chaos.run(1, 500, 3, transactor="OffsetsOutside", kinds="kill")
    assert not report.clean
    assert report.doubled > 0
