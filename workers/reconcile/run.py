"""One reconciliation from end to end: positions first, then who arrived, then what became of them.

What is missing may only have been on its way, so a difference counts when a second look finds it again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from schemas import topics
from schemas.errors import Unavailable
from workers.monitor.survey import Spot, Survey
from workers.monitor.watched import STAGES
from workers.reconcile.audit import Account, Bounds, account
from workers.reconcile.ledger import Ledger
from workers.reconcile.retention import Removed, removed
from workers.reconcile.scan import Progress, Scan
from workers.replay.shelf import opened
from workers.storage.kafka import Cluster, KafkaError
from workers.storage.kafka_topics import describe_topics

LOOK_AGAIN_SECONDS = 2.0
_MOST_LOOKS = 3
_READ = frozenset(
    topic.name for topic in (topics.DELIVERIES, topics.OVERFLOW, topics.MESSAGES, topics.LETTERS_DUE)
)
_OF_A_COMPLAINT = ("normalise", "overflow", "triage", "letters")


@dataclass(frozen=True, slots=True)
class Outside:
    """What Kafka does not know: what waits in spools as (delivery id, received at in ms), and how many each
    collector says it has made durable, by (instance, boot). `scratch` is where the books are kept meanwhile. `losses`:
    files that tell what a spool's disk did not keep, with how many deliveries each.
    """

    spooled: Callable[[], Iterable[tuple[str, int]]]
    counts: Callable[[], Awaitable[Mapping[tuple[str, str], int]]]
    scratch: Path | None = None
    losses: Callable[[], Iterable[tuple[str, int]]] = tuple


async def reconcile(cluster: Cluster, outside: Outside, bounds: Bounds, progress: Progress) -> Account:
    """Compare what came in with what became of it. Raises Unavailable when Kafka is away."""
    try:
        positions, gone = await _positions(cluster)
        with Ledger(outside.scratch) as books:
            scan = Scan(cluster, books, progress, positions, bounds.since)
            await scan.open()
            try:
                return await _agreed(scan, outside, bounds, gone)
            finally:
                await scan.close()
    except (KafkaError, OSError) as error:
        raise Unavailable(f"Kafka at {cluster.bootstrap} does not answer: {error}") from error


async def _agreed(scan: Scan, outside: Outside, bounds: Bounds, gone: Sequence[Removed]) -> Account:
    counts = await outside.counts()
    async with opened(scan.cluster) as shelf:
        found: Account | None = None
        for _ in range(_MOST_LOOKS):
            if found is not None:
                await asyncio.sleep(LOOK_AGAIN_SECONDS)
            scan.books.spooled(outside.spooled())
            await scan.deliveries()
            await scan.rest(shelf)
            complete = replace(bounds, complete=scan.complete_ms)
            again = account(scan.books, complete, counts, outside.losses(), gone)
            if again.agrees or (found is not None and again.differences == found.differences):
                return again
            found = again
        assert found is not None
        return found


async def _positions(cluster: Cluster) -> tuple[dict[Spot, int], list[Removed]]:
    """Where the stages of a complaint stand, and what retention took before any stage had read it."""
    facts = await describe_topics(cluster, {one.topic for one in STAGES} - _READ)
    kept = [name for name, told in facts.items() if "compact" not in told.configs.get("cleanup.policy", "")]
    survey = Survey(
        cluster, [*sorted(_READ), *kept]
    )  # what is compacted may begin later and have lost nothing
    try:
        await survey.open()
        stands = {one.stage: await survey.committed(one.group) for one in STAGES}
        gone = list(removed(await survey.reaches(), stands))
    finally:
        await survey.close()
    return {spot: offset for stage in _OF_A_COMPLAINT for spot, offset in stands[stage].items()}, gone
