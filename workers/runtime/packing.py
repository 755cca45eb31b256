"""Outputs packed into Kafka's own record batches: one call to the client for each partition and not for each
record, which is what makes a transaction of 500 records cheaper than 500 sends.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from schemas.errors import StageFault
from workers.runtime.contract import Output
from workers.storage.kafka import Producer
from workers.storage.partitioner import partition_of

Place = tuple[str, int]


def pack(
    producer: Producer, outputs: Sequence[Output], partitions: Mapping[str, int]
) -> dict[Place, list[Any]]:
    """Closed batches by plain topic and partition, each list in the order of the outputs.

    `partitions` gives the number of partitions of every topic named in `outputs`. Raises StageFault for an
    output that is no record.
    """
    packed: dict[Place, list[Any]] = {}
    now_ms = int(time.time() * 1000)
    for turn, output in enumerate(outputs):
        place = output.topic, _partition(output, partitions[output.topic], turn)
        batches = packed.setdefault(place, [])
        if not batches or not _append(batches[-1], output, now_ms):
            batches.append(producer.create_batch())
            _append(batches[-1], output, now_ms)
    for batches in packed.values():
        batches[-1].close()
    return packed


def _append(batch: Any, output: Output, now_ms: int) -> bool:
    """False when the batch is full; an empty one takes a record of any size."""
    try:
        added = batch.append(
            timestamp=now_ms, key=output.key, value=output.value, headers=list(output.headers)
        )
    except (TypeError, ValueError, OverflowError) as error:
        raise StageFault(f"no record for {output.topic} can be made of that output: {error}") from error
    return added is not None


def _partition(output: Output, count: int, turn: int) -> int:
    if output.partition is None:
        return turn % count if output.key is None else partition_of(output.key, count)
    if not 0 <= output.partition < count:
        raise StageFault(f"{output.topic} has no partition {output.partition}")
    return output.partition
