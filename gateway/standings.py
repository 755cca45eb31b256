"""Reads where a collector stands from the compacted topic that its owners write."""

import asyncio

from schemas import topics
from schemas.errors import Misconfigured, Unavailable
from schemas.standing import Standing
from workers.runtime.contract import Table
from workers.runtime.restore import restore
from workers.runtime.state import PartitionState
from workers.storage.kafka import Cluster, KafkaError

READ_SECONDS = 30.0
_TABLES = (Table("standings", topics.POSITIONS.name),)


async def read_standing(cluster: Cluster, partition: int, key: str) -> Standing | None:
    """The last record of this account, None before its first start. Raises Unavailable, Misconfigured."""
    state = PartitionState(_TABLES)
    try:
        async with asyncio.timeout(READ_SECONDS):
            await restore(cluster, _TABLES, partition, state)
    except (KafkaError, OSError, TimeoutError) as error:
        raise Unavailable(f"the positions cannot be read: {error or type(error).__name__}") from error
    value = state.get("standings", key.encode())
    if value is None:
        return None
    try:
        return Standing.from_bytes(value)
    except ValueError as error:
        raise Misconfigured(topics.POSITIONS.name, f"the record of {key} is not one of ours") from error
