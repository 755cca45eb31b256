"""One reconciliation from end to end: positions first, then who arrived, then what became of them.

What is missing may only have been on its way, so a difference counts when a second look finds it again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from schemas import topics
from schemas.errors import Unavailable
from workers.monitor.survey import Spot, Survey
from workers.reconcile.audit import Account, Bounds, account
from workers.reconcile.ledger import Ledger
from workers.reconcile.scan import Progress, Scan
from workers.replay.shelf import opened
from workers.storage.kafka import Cluster, KafkaError

LOOK_AGAIN_SECONDS = 2.0
_MOST_LOOKS = 3


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
        positions = await _positions(cluster)
        with Ledger(outside.scratch) as books:
            scan = Scan(cluster, books, progress, positions, bounds.since)
            await scan.open()
            try:
                return await _agreed(scan, outside, bounds)
            finally:
                await scan.close()
    except (KafkaError, OSError) as error:
        raise Unavailable(f"Kafka at {cluster.bootstrap} does not answer: {error}") from error


async def _agreed(scan: Scan, outside: Outside, bounds: Bounds) -> Account:
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
            again = account(scan.books, complete, counts, outside.losses())
            if again.agrees or (found is not None and again.differences == found.differences):
                return again
            found = again
        assert found is not None
        return found


async def _positions(cluster: Cluster) -> dict[Spot, int]:
    read = (topics.DELIVERIES, topics.OVERFLOW, topics.MESSAGES, topics.LETTERS_DUE)
    survey = Survey(cluster, [topic.name for topic in read])
    try:
        await survey.open()
        stages = [await survey.committed(stage) for stage in ("normalise", "overflow", "triage", "letters")]
        return {spot: offset for positions in stages for spot, offset in positions.items()}
    finally:
        await survey.close()
