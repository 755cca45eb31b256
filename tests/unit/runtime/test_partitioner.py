"""The partition of a key is what every Kafka client by default computes."""

import pytest
from aiokafka.partitioner import DefaultPartitioner
from hypothesis import given
from hypothesis import strategies as st

from workers.storage.partitioner import partition_of


@given(st.binary(max_size=64), st.integers(1, 50))
def test_it_agrees_with_the_client(key: bytes, partitions: int) -> None:
    everywhere = list(range(partitions))
    assert partition_of(key, partitions) == DefaultPartitioner()(key, everywhere, everywhere)


@pytest.mark.parametrize(
    ("key", "hashed"),
    [(b"21", -973932308), (b"foobar", -790332482), (b"a-little-bit-long-string", -985981536)],
)
def test_vectors_of_the_java_client(key: bytes, hashed: int) -> None:
    """From Apache Kafka's own UtilsTest.testMurmur2."""
    assert partition_of(key, 1_000_003) == (hashed & 0x7FFFFFFF) % 1_000_003
