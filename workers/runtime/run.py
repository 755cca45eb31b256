"""Run a stage: join the group, own partitions, leave when told to."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from channels.tasks import joined
from workers.runtime.contract import Stage
from workers.runtime.exits import bounded
from workers.runtime.faults import FaultWindow
from workers.runtime.kitchen import Kitchen
from workers.runtime.options import RunOptions
from workers.runtime.ownership import Owner
from workers.runtime.partition import Workshop
from workers.runtime.processing import Lane
from workers.runtime.provision import await_topics
from workers.runtime.transaction import Transactor
from workers.storage.kafka import Cluster, Consumer, GroupTiming, TopicPartition
from workers.storage.kafka import stop as stop_consumer
from workers.storage.twins import refuse_a_twin

_WATCH_SECONDS = 1.0
_NOWHERE = -1


async def run_stage(stage: Stage, cluster: Cluster, options: RunOptions, stop: asyncio.Event) -> None:
    """Run until `stop` is set, then finish the running batches and return.

    Raises Misconfigured when topics are missing or made the wrong way, Unavailable when the cluster is
    away at the start. Any doubt later ends the process with code 3 and one line on standard error.
    """
    if not options.prepare_in:
        return await run_with(Transactor, stage, cluster, options, stop)
    kitchen = Kitchen(options.prepare_in, options.budget_seconds, options.prepare_seconds)
    try:
        await kitchen.open()
        return await run_with(Transactor, stage, cluster, options, stop, kitchen)
    finally:
        await kitchen.close()


async def run_with(
    transactor: type[Transactor],
    stage: Stage,
    cluster: Cluster,
    options: RunOptions,
    stop: asyncio.Event,
    kitchen: Kitchen | None = None,
) -> None:
    """`run_stage` with another way to commit: the seam by which tests prove that they would notice."""
    await await_topics(stage, cluster)
    await refuse_a_twin(cluster, stage.name, options.instance, options.session_seconds)
    timing = GroupTiming(
        options.instance, options.session_seconds, options.heartbeat_seconds, options.rebalance_seconds
    )
    consumer = cluster.group_consumer(stage.name, timing)
    with ThreadPoolExecutor(1, thread_name_prefix=stage.name) as executor:
        lane = Lane(executor, asyncio.Lock(), kitchen)
        faults = FaultWindow(options.work_dir, stage.name, options.release)
        owner = Owner(Workshop(stage, cluster, options, consumer, lane, faults, transactor))
        consumer.subscribe([cluster.topic(stage.source)], listener=owner)
        try:
            if await _joined(consumer, options.open_seconds, stop):
                await _watch(consumer, TopicPartition(cluster.topic(stage.source), _NOWHERE), stop)
            await owner.close()
            await bounded(stop_consumer(consumer), options.close_seconds, "leaving the group")
        except Exception as error:  # noqa: BLE001 - whatever it is, it ends the process
            owner.give_up(error)


async def _joined(consumer: Consumer, seconds: float, stop: asyncio.Event) -> bool:
    """Whether this worker came into the group before it was told to stop."""
    starting, stopped = joined(consumer.start()), joined(stop.wait())
    await bounded(
        asyncio.wait([starting, stopped], return_when=asyncio.FIRST_COMPLETED), seconds, "joining the group"
    )
    if starting.done():
        stopped.cancel()
        starting.result()
        return True
    starting.cancel()
    await asyncio.wait([starting])
    return False


async def _watch(consumer: Consumer, nowhere: TopicPartition, stop: asyncio.Event) -> None:
    """Until `stop`. Asking for a partition that does not exist brings no records, but the errors that the
    client's group coordination met, also when this worker owns nothing."""
    stopped = joined(stop.wait())
    while not stopped.done():
        asked = joined(consumer.getmany(nowhere, timeout_ms=0))
        await asyncio.wait([stopped, asked], return_when=asyncio.FIRST_COMPLETED)
        if asked.done():
            asked.result()
            await asyncio.wait([stopped], timeout=_WATCH_SECONDS)
        else:
            asked.cancel()
