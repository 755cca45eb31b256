"""Which partition a key belongs to: the default of the Java client and of aiokafka, for everybody to call.

Stages re-key records and must agree with every producer about where a key lives.
"""

from aiokafka.partitioner import murmur2


def partition_of(key: bytes, partitions: int) -> int:
    """The partition, from 0, of `key` in a topic of that many partitions (murmur2, Kafka's Utils)."""
    hashed: int = murmur2(key)
    return (hashed & 0x7FFFFFFF) % partitions
