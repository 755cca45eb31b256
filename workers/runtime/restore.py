"""The state of a partition from its changelogs, which are its only truth."""

import logging
from collections.abc import Callable, Mapping
from time import monotonic

from workers.storage.kafka import Cluster, Consumer, TopicPartition, stop

_log = logging.getLogger(__name__)
_CHUNK = 20_000
Changelogs = Mapping[TopicPartition, dict[bytes, bytes]]


async def restore(
    cluster: Cluster, changelogs: Changelogs, alive: Callable[[], None]
) -> frozenset[TopicPartition]:
    """Fill each dict with the committed content of its changelog; answers those that nothing was ever written to.

    Call it after the partition's producer has started: that ended the former owner's transaction, so what
    is readable now is all there will be. `alive` is called after every chunk.
    """
    if not changelogs:
        return frozenset()
    began, read = monotonic(), 0
    reader = cluster.reader()
    try:
        await reader.start()
        logs = list(changelogs)
        reader.assign(logs)
        first, ends = await reader.beginning_offsets(logs), await reader.end_offsets(logs)
        for log in logs:
            reader.seek(log, first[log])
        for log, entries in changelogs.items():
            while await reader.position(log) < ends[log]:
                read += await _chunk(reader, log, entries)
                alive()
    finally:
        await stop(reader)
    _log.info("restored %s from %d records in %.2f s", logs[0], read, monotonic() - began)
    return frozenset(log for log in logs if not ends[log])


async def _chunk(reader: Consumer, log: TopicPartition, entries: dict[bytes, bytes]) -> int:
    records = (await reader.getmany(log, timeout_ms=200, max_records=_CHUNK)).get(log, ())
    for record in records:
        if record.value is None:
            entries.pop(record.key, None)
        else:
            entries[record.key] = record.value
    return len(records)
