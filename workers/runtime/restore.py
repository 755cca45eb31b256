"""The state of a partition from its changelogs, which are its only truth."""

import logging
from time import monotonic

from workers.runtime.contract import Table
from workers.runtime.state import PartitionState
from workers.storage.kafka import Cluster, Consumer, TopicPartition

_log = logging.getLogger(__name__)
_CHUNK = 20_000


async def restore(cluster: Cluster, tables: tuple[Table, ...], partition: int, state: PartitionState) -> int:
    """Fill `state` with the committed content of the changelogs; answers the number of records read.

    Call it after the partition's producer has started: that ended the former owner's transaction, so what
    is readable now is all there will be.
    """
    if not tables:
        return 0
    began = monotonic()
    reader = cluster.reader()
    try:
        await reader.start()
        read = await _read_all(reader, cluster, tables, partition, state)
    finally:
        await reader.stop()
    _log.info("restored partition %d from %d records in %.2f s", partition, read, monotonic() - began)
    return read


async def _read_all(
    reader: Consumer, cluster: Cluster, tables: tuple[Table, ...], partition: int, state: PartitionState
) -> int:
    logs = {TopicPartition(cluster.topic(table.topic), partition): table for table in tables}
    reader.assign(list(logs))
    first = await reader.beginning_offsets(list(logs))
    ends = await reader.end_offsets(list(logs))
    for log, offset in first.items():
        reader.seek(log, offset)
    read = 0
    for log, table in logs.items():
        read += await _read_one(reader, log, ends[log], state.entries(table.name))
    return read


async def _read_one(reader: Consumer, log: TopicPartition, end: int, entries: dict[bytes, bytes]) -> int:
    read = 0
    while await reader.position(log) < end:
        records = (await reader.getmany(log, timeout_ms=200, max_records=_CHUNK)).get(log, ())
        read += len(records)
        for record in records:
            if record.value is None:
                entries.pop(record.key, None)
            else:
                entries[record.key] = record.value
    return read
