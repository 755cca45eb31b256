"""kill -9 at any point: every mail is delivered, its numbers have no gap, a second copy is the same delivery."""

import asyncio
import contextlib
import os
import random
import signal
import sys
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.local.dovecot import Dovecot
from deploy.local.kafka import LocalKafka
from gateway.sequence import split_delivery_id
from gateway.standings import read_standing
from tests.integration.collect.house import PARTITIONS, delivered, make_topics
from tests.integration.collect.test_collect import until_accepted
from tests.integration.mail_wire.mailboxes import ADDRESS, a_mail, flags, put
from tests.patience import PATIENCE
from workers.storage.kafka import Cluster
from workers.storage.partitioner import partition_of

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(180)]
MAILS = 400
KILLS = 6
KEY = f"mail:{ADDRESS}"


@contextlib.asynccontextmanager
async def a_role(
    cluster: Cluster, mailbox: Dovecot, folder: Path, instance: str = "one"
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A collecting process, killed at the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.integration.collect.role",
        "--bootstrap", cluster.bootstrap, "--prefix", cluster.topic_prefix, "--instance", instance,
        "--imap-port", str(mailbox.ports.imap), "--folder", str(folder),
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def until_standing(cluster: Cluster) -> None:
    """The first start has written down where it stands."""
    partition = partition_of(KEY.encode(), PARTITIONS)
    async with asyncio.timeout(30 * PATIENCE):
        while await read_standing(cluster, partition, KEY) is None:  # noqa: ASYNC110 - asks another process
            await asyncio.sleep(0.2)


async def arrive(mailbox: Dovecot, mails: list[bytes]) -> None:
    """A few at a time, over the time of all the kills."""
    for start in range(0, len(mails), 8):
        await asyncio.to_thread(put, mailbox, *mails[start : start + 8])
        await asyncio.sleep(0.2)


async def a_cluster(kafka: LocalKafka) -> Cluster:
    cluster = Cluster(kafka.bootstrap, topic_prefix=f"t{uuid.uuid4().hex[:8]}.")
    await make_topics(cluster)
    return cluster


async def test_killed_at_random_nothing_is_lost_and_second_copies_are_the_same(
    kafka: LocalKafka, mailbox: Dovecot, tmp_path: Path
) -> None:
    seed = int(os.environ.get("CHAOS_SEED", random.randrange(10**6)))
    print("seed", seed)
    chance = random.Random(seed)
    cluster = await a_cluster(kafka)
    async with a_role(cluster, mailbox, tmp_path):
        await until_standing(cluster)
    wanted = {a_mail(number) for number in range(MAILS)}
    arriving = asyncio.create_task(arrive(mailbox, sorted(wanted)))
    for _ in range(KILLS):
        async with a_role(cluster, mailbox, tmp_path):
            await asyncio.sleep(1.5 + chance.random() * 2)
    await arriving
    async with a_role(cluster, mailbox, tmp_path):
        await until_accepted(mailbox, MAILS, seconds=60)
    got = await delivered(cluster)
    assert {one.raw for one in got} == wanted
    numbers, contents = defaultdict(set), defaultdict(set)
    for one in got:
        name = split_delivery_id(one.delivery.delivery_id)
        assert name is not None
        numbers[name[:2]].add(name[2])
        contents[one.delivery.delivery_id].add(one.raw)
    for row in numbers.values():
        assert row == set(range(1, max(row) + 1)), "a gap would be told as a loss"
    assert all(len(raws) == 1 for raws in contents.values()), "one number, one content"
    assert not any("Seen" in flag for flag in flags(mailbox))


async def test_mail_that_comes_between_the_first_start_and_a_crash_is_not_missed(
    kafka: LocalKafka, mailbox: Dovecot, tmp_path: Path
) -> None:
    cluster = await a_cluster(kafka)
    async with a_role(cluster, mailbox, tmp_path):
        await until_standing(cluster)
    put(mailbox, a_mail(1))
    async with a_role(cluster, mailbox, tmp_path):
        await until_accepted(mailbox, 1)
    assert [one.raw for one in await delivered(cluster)] == [a_mail(1)]


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "frozen"])
async def test_whoever_owns_the_account_another_takes_it_over(
    kafka: LocalKafka, mailbox: Dovecot, tmp_path: Path, end: signal.Signals
) -> None:
    cluster = await a_cluster(kafka)
    async with (
        a_role(cluster, mailbox, tmp_path, "one") as first,
        a_role(cluster, mailbox, tmp_path, "two") as second,
        contextlib.AsyncExitStack() as later,
    ):
        await until_standing(cluster)
        for number, process in enumerate((first, second), start=1):
            process.send_signal(end)
            put(mailbox, a_mail(number))
            await until_accepted(mailbox, number, seconds=40)
            if end == signal.SIGSTOP:
                process.send_signal(signal.SIGCONT)
            else:
                await later.enter_async_context(a_role(cluster, mailbox, tmp_path, f"after{number}"))
        put(mailbox, a_mail(3))
        await until_accepted(mailbox, 3, seconds=40)
    assert {one.raw for one in await delivered(cluster)} == {a_mail(number) for number in (1, 2, 3)}
