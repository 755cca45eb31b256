"""The Kafka client seam: the only place that knows aiokafka, the cluster's address and its prefix.

Code speaks of plain topic names; `Cluster.topic` puts the prefix before topics, groups and transactional
ids alike, so that several gateways can share a cluster.
"""

import asyncio
import contextlib
import logging
import ssl
from dataclasses import dataclass
from pathlib import Path

from aiokafka import AIOKafkaConsumer as Consumer
from aiokafka import AIOKafkaProducer as Producer
from aiokafka import ConsumerRebalanceListener as RebalanceListener
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient as Admin
from aiokafka.errors import GroupCoordinatorNotAvailableError as NoCoordinator
from aiokafka.errors import (
    InvalidTimestampError,
    KafkaError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
)

from channels.tasks import joined
from schemas.errors import Misconfigured
from workers.storage.twins import client_id

__all__ = [
    "CLOCK_ERRORS",
    "SIZE_ERRORS",
    "Admin",
    "Cluster",
    "Consumer",
    "GroupTiming",
    "KafkaError",
    "NoCoordinator",
    "Producer",
    "RebalanceListener",
    "TopicPartition",
    "end",
    "stop",
]

SIZE_ERRORS = (MessageSizeTooLargeError, RecordListTooLargeError)
"""How a broker refuses the size of a record or batch."""
CLOCK_ERRORS = (InvalidTimestampError,)
"""How a broker refuses a record from the future (`message.timestamp.after.max.ms`, an hour by default)."""

_log = logging.getLogger(__name__)
_BATCH_BYTES = 256 * 1024
_REQUEST_BYTES = 8 * 1024 * 1024
_FETCH_BYTES = 8 * 1024 * 1024
_NEVER_MS = 2**31 - 1
_PRODUCER_BACKOFF_MS = 20  # a transaction that meets the end of the last one waits this long


@dataclass(frozen=True, slots=True)
class GroupTiming:
    """Timing of group membership, in seconds. `instance` makes the member static (KIP-345)."""

    instance: str | None = None
    session_seconds: float = 10.0
    heartbeat_seconds: float = 1.0
    rebalance_seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Cluster:
    """An address, how to prove who we are there, and the prefix for everything we name.

    `bootstrap` is a comma-separated list of host:port; `security_protocol` one of PLAINTEXT, SSL,
    SASL_PLAINTEXT, SASL_SSL; `sasl_mechanism` PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512. Clients must be made
    inside the running loop, started by the caller, and stopped even when their start failed.
    """

    bootstrap: str
    security_protocol: str = "PLAINTEXT"
    sasl_mechanism: str = "PLAIN"
    sasl_username: str | None = None
    sasl_password: str | None = None
    ca_file: Path | None = None
    topic_prefix: str = ""

    def topic(self, name: str) -> str:
        """The name on the cluster of a topic, group or transactional id."""
        return self.topic_prefix + name

    def plain(self, name: str) -> str:
        """The plain name of a topic on the cluster."""
        return name.removeprefix(self.topic_prefix)

    def producer(self, *, linger_ms: int = 2, request_seconds: float = 10.0) -> Producer:
        """An idempotent producer (acks=all)."""
        return Producer(
            **self._connection(request_seconds, backoff_ms=_PRODUCER_BACKOFF_MS),
            acks="all",
            enable_idempotence=True,
            linger_ms=linger_ms,
            max_batch_size=_BATCH_BYTES,
            max_request_size=_REQUEST_BYTES,
        )

    def transactional_producer(
        self, transactional_id: str, *, transaction_seconds: float = 20.0, request_seconds: float = 10.0
    ) -> Producer:
        """A producer whose start fences every older one with the same id and ends its transaction.

        The id is as on the cluster: put it together from prefixed names.
        """
        return Producer(
            **self._connection(request_seconds, backoff_ms=_PRODUCER_BACKOFF_MS),
            acks="all",
            transactional_id=transactional_id,
            transaction_timeout_ms=_ms(transaction_seconds),
            linger_ms=2,
            max_batch_size=_BATCH_BYTES,
            max_request_size=_REQUEST_BYTES,
        )

    def group_consumer(self, group: str, timing: GroupTiming) -> Consumer:
        """A member of a group that commits nothing by itself and never jumps over a gap.

        The place to start is the caller's to choose (`seek`); an offset that is gone is an error.
        """
        return Consumer(
            **self._connection(),
            group_id=self.topic(group),
            group_instance_id=timing.instance,
            client_id=client_id(timing.instance) if timing.instance else f"gateway-{group}",
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="none",
            session_timeout_ms=_ms(timing.session_seconds),
            heartbeat_interval_ms=_ms(timing.heartbeat_seconds),
            rebalance_timeout_ms=_ms(timing.rebalance_seconds),
            max_poll_interval_ms=_NEVER_MS,
            fetch_max_wait_ms=500,
        )

    def reader(self, *, group: str | None = None, fetch_bytes: int = _FETCH_BYTES) -> Consumer:
        """A consumer for assigned partitions, read_committed, big fetches; positions are the caller's.

        `fetch_bytes` bounds what one fetch brings of a partition.
        """
        return Consumer(
            **self._connection(),
            group_id=None if group is None else self.topic(group),
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="none",
            max_partition_fetch_bytes=fetch_bytes,
            fetch_max_bytes=64 * 1024 * 1024,
            fetch_max_wait_ms=100,
        )

    def admin(self, *, request_seconds: float = 10.0) -> Admin:
        """The administrative client."""
        return Admin(**self._connection(request_seconds))

    def _connection(self, request_seconds: float = 20.0, *, backoff_ms: int = 100) -> dict[str, object]:
        return {
            "bootstrap_servers": [address.strip() for address in self.bootstrap.split(",")],
            "security_protocol": self.security_protocol,
            "ssl_context": self._ssl() if self.security_protocol.endswith("SSL") else None,
            "sasl_mechanism": self.sasl_mechanism,
            "sasl_plain_username": self.sasl_username,
            "sasl_plain_password": self.sasl_password,
            "request_timeout_ms": _ms(request_seconds),
            "retry_backoff_ms": backoff_ms,
        }

    def _ssl(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self.ca_file)
        except OSError as error:
            raise Misconfigured(
                "GATEWAY_KAFKA_CA_FILE", f"cannot read certificates from {self.ca_file}: {error}"
            ) from error


async def stop(consumer: Consumer) -> None:
    """Stop a consumer, started or not.

    Its own `stop` cancels a fetch that waits for a broker to come back and lets that cancellation out, as if
    the caller had been cancelled; here it ends.
    """
    stopping = joined(consumer.stop())
    await asyncio.wait([stopping])
    if not stopping.cancelled():
        stopping.result()


async def end(producer: Producer, seconds: float) -> None:
    """Flush and close a producer, started or not; without an answer in `seconds` what it holds is given up.

    Its own `stop` waits for ever for a broker that is away, and its sender would go on trying.
    """
    try:
        async with asyncio.timeout(seconds):
            await producer.stop()
    except (KafkaError, OSError, TimeoutError) as error:
        _log.info("a producer did not stop in time: %s", str(error) or type(error).__name__)
        await _abandon(producer, seconds)


async def _abandon(producer: Producer, seconds: float) -> None:
    sender = producer._sender.sender_task if producer._sender is not None else None
    if sender is not None:
        sender.cancel()
    producer._message_accumulator.fail_all(KafkaError("given up"))
    with contextlib.suppress(KafkaError, OSError, TimeoutError):
        async with asyncio.timeout(seconds):
            await producer.client.close()


def _ms(seconds: float) -> int:
    return int(seconds * 1000)
