"""What the cluster remembers of the house that was first started with it: a compacted topic, checked at every start."""

from schemas import topics
from schemas.errors import Unavailable
from workers.storage.kafka import Cluster, KafkaError, TopicPartition, stop


async def settle(cluster: Cluster, name: bytes, mine: bytes, anew: bool = False) -> bytes:
    """What the cluster knows under this name; `mine` when it knew nothing, or when it is to be learned `anew`.

    Raises Unavailable when the cluster is away.
    """
    try:
        known = await _known(cluster, name)
        if known is not None and not (anew and known != mine):
            return known
        producer = cluster.producer()
        try:
            await producer.start()
            await producer.send_and_wait(cluster.topic(topics.FINGERPRINT.name), mine, key=name)
        finally:
            await producer.stop()
        return mine
    except KafkaError as error:
        raise Unavailable(f"Kafka at {cluster.bootstrap} does not answer: {error}") from error


async def _known(cluster: Cluster, name: bytes) -> bytes | None:
    partition = TopicPartition(cluster.topic(topics.FINGERPRINT.name), 0)
    reader = cluster.reader()
    try:
        await reader.start()
        reader.assign([partition])
        first = (await reader.beginning_offsets([partition]))[partition]
        end = (await reader.end_offsets([partition]))[partition]
        reader.seek(partition, first)
        found = None
        while await reader.position(partition) < end:
            for record in (await reader.getmany(partition, timeout_ms=500)).get(partition, ()):
                found = record.value if record.key == name else found
        return found
    finally:
        await stop(reader)
