"""What a sweep of the blob store must know of this house: its topics, its spool, and how young is too young."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from gateway.bootstrap import Parts
from gateway.segments import waiting
from schemas.errors import Misconfigured
from schemas.references import named_in
from workers.storage.kafka_topics import list_topics
from workers.sweep.run import Swept, sweep
from workers.sweep.scan import Progress

LEAST = timedelta(hours=48)
"""What was written later may belong to a delivery that is still on its way."""


async def swept(parts: Parts, before: datetime, progress: Progress, really: bool) -> Swept:
    """Find, and `really` delete, what nothing refers to; raises Misconfigured, Unavailable."""
    if before > datetime.now(UTC) - LEAST:
        raise Misconfigured("--older-than", "must be 48h or more: younger blobs may still be on their way")
    ours = {one.name for one in parts.topics()}
    queues = {name for name in await list_topics(parts.cluster) if name.startswith("queue.")}
    return await sweep(
        parts.cluster, parts.blobs, before, sorted(ours | queues), lambda: _spooled(parts), progress, really
    )


def _spooled(parts: Parts) -> Iterator[str]:
    for entry in waiting(parts.settings.data_dir / "spool"):
        yield from named_in(entry.raw)
        if entry.delivery.blob is not None:
            yield entry.delivery.blob.sha256
