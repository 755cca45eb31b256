"""What the cluster remembers of the house that was first started with it: a compacted topic, checked at every start."""

from schemas import topics
from schemas.errors import Unavailable
from workers.storage.kafka import Cluster, KafkaError, TopicPartition, stop


async def settle(cluster: Cluster, name: bytes, mine: bytes, anew: bool = False) -> bytes:
    """What the cluster knows under this name; `mine` when it knew nothing, or when it is to be learned `anew`.

    Of several hosts that tell it at once the first is believed, by all of them. Raises Unavailable when the cluster
    is away.
    """
    try:
        told, seen = await _told(cluster, name, 0)
        if told and not (anew and told[-1] != mine):
            return told[-1]
        await _tell(cluster, name, mine)
        told, _ = await _told(cluster, name, seen)
        if told[-1] != told[0]:
            await _tell(cluster, name, told[0])
        return told[0]
    except KafkaError as error:
        raise Unavailable(f"Kafka at {cluster.bootstrap} does not answer: {error}") from error


async def _tell(cluster: Cluster, name: bytes, value: bytes) -> None:
    producer = cluster.producer()
    try:
        await producer.start()
        await producer.send_and_wait(cluster.topic(topics.FINGERPRINT.name), value, key=name)
    finally:
        await producer.stop()


async def _told(cluster: Cluster, name: bytes, start: int) -> tuple[list[bytes], int]:
    """What was told under the name from the offset `start` on, and the offset that comes next."""
    partition = TopicPartition(cluster.topic(topics.FINGERPRINT.name), 0)
    reader = cluster.reader()
    try:
        await reader.start()
        reader.assign([partition])
        first = (await reader.beginning_offsets([partition]))[partition]
        end = (await reader.end_offsets([partition]))[partition]
        reader.seek(partition, max(first, start))
        found: list[bytes] = []
        while await reader.position(partition) < end:
            got = (await reader.getmany(partition, timeout_ms=500)).get(partition, ())
            found += [record.value for record in got if record.key == name and record.value]
        return found, end
    finally:
        await stop(reader)
