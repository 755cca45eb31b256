"""Kills and freezes: exactly one letter each, and a proof that these tests would notice a second one."""

import asyncio
import random
import signal

import pytest

from tests.integration.letters.conftest import MakeWorker
from tests.integration.letters.post import ask, settled, wishes
from tests.integration.letters.provider import Provider
from tests.patience import until
from workers.storage.kafka import Cluster

FAST = {
    "retry_first_seconds": 0.2,
    "retry_most_seconds": 5.0,
    "per_address_hour": 10_000,
    "lease_seconds": 2.0,
    "lease_margin_seconds": 0.3,
    "concurrency": 4,
}


async def kill_often(cluster: Cluster, worker: MakeWorker, mail: Provider, kind: str, seed: int) -> None:
    """150 letters while the worker is killed four times in the middle of sending."""
    chance = random.Random(seed)
    await ask(cluster, wishes(150))
    slot = worker(kind=kind, seconds=0.03, settings=FAST)
    for kill in range(1, 5):
        goal = kill * 25
        await until(lambda goal=goal: len(mail.accepted()) >= goal, 30, f"{goal} letters")  # type: ignore[misc]
        await asyncio.sleep(chance.uniform(0, 0.2))
        slot.kill9()
        slot.start()
    await settled(cluster, 150, seconds=60)


IN_THE_WINDOW = 3


@pytest.mark.asyncio
@pytest.mark.timeout(300)
async def test_kills_in_the_middle_of_sending_make_no_second_letter(
    cluster: Cluster, worker: MakeWorker, mail: Provider
) -> None:
    await kill_often(cluster, worker, mail, "provider", seed=1)
    assert mail.accepted() == {wish.letter_id: 1 for wish in wishes(150)}


@pytest.mark.asyncio
@pytest.mark.timeout(300)
async def test_this_test_would_notice_a_second_letter(
    cluster: Cluster, worker: MakeWorker, mail: Provider
) -> None:
    """A provider that denies what it took: every letter lost in a kill is then sent twice, none is lost."""
    await kill_often(cluster, worker, mail, "forgetful", seed=1)
    assert set(mail.accepted()) == {wish.letter_id for wish in wishes(150)}
    assert max(mail.accepted().values()) == 2


@pytest.mark.asyncio
@pytest.mark.timeout(300)
async def test_a_frozen_worker_wakes_up_too_late_to_send(
    cluster: Cluster, worker: MakeWorker, mail: Provider
) -> None:
    """Frozen while its lanes are full; another takes over, asks and sends; the first wakes and ends.

    A letter that was frozen between the look at its lease and the write to the provider leaves when the worker
    wakes: no sender can close that window, the channels' pages name it, and it is counted apart. Without leases
    everything in the lanes would be doubled, dozens of letters.
    """
    asked = wishes(120)
    await ask(cluster, asked)
    first = worker(seconds=0.1, session=6.0, settings=FAST)
    await until(lambda: len(mail.accepted()) > 10, 30, "some letters")
    first.signal(signal.SIGSTOP)
    worker(instance="letters-2", seconds=0.02, session=6.0, settings=FAST)
    await settled(cluster, 120, seconds=60)
    first.signal(signal.SIGCONT)
    assert first.wait() == 3
    accepted = mail.accepted()
    assert set(accepted) == {wish.letter_id for wish in asked}
    assert sum(accepted.values()) - len(asked) <= IN_THE_WINDOW


@pytest.mark.asyncio
@pytest.mark.timeout(300)
async def test_workers_that_come_and_go_make_no_second_letter(
    cluster: Cluster, worker: MakeWorker, mail: Provider
) -> None:
    """One worker, two, one again, all in good order: a provider that denies everything is never asked twice."""
    asked = wishes(150)
    await ask(cluster, asked)
    first = worker(kind="forgetful", seconds=0.1, settings=FAST | {"concurrency": 2})
    await until(lambda: len(mail.accepted()) > 20, 30, "some letters")
    worker(instance="letters-2", kind="forgetful", seconds=0.1, settings=FAST | {"concurrency": 2})
    await until(lambda: len({line["pid"] for line in mail.lines()}) == 2, 30, "a letter by the second worker")
    assert first.stop() == 0
    await settled(cluster, 150, seconds=60)
    assert mail.accepted() == {wish.letter_id: 1 for wish in asked}
