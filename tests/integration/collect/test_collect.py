"""Mail from a real IMAP server becomes deliveries on a real Kafka: durable, then positioned, then confirmed."""

import asyncio
import time
import uuid
from pathlib import Path

import pytest

from deploy.local.dovecot import Dovecot
from deploy.local.kafka import LocalKafka
from gateway.sequence import split_delivery_id
from schemas.delivery import INLINE_LIMIT
from tests.integration.collect.house import Collecting, delivered, make_topics, until_delivered
from tests.integration.mail_wire.mailboxes import ADDRESS, a_mail, flags, put, source_for
from tests.patience import PATIENCE
from workers.storage.blobs import BlobStore
from workers.storage.kafka import Cluster

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(300)]


async def a_cluster(kafka: LocalKafka) -> Cluster:
    cluster = Cluster(kafka.bootstrap, topic_prefix=f"t{uuid.uuid4().hex[:8]}.")
    await make_topics(cluster)
    return cluster


async def until_accepted(dovecot: Dovecot, count: int, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds * PATIENCE
    while sum("$Accepted" in flag for flag in flags(dovecot)) < count:
        assert time.monotonic() < deadline, flags(dovecot)
        await asyncio.sleep(0.2)


async def test_each_mail_is_one_delivery_with_a_number_of_its_own_and_then_confirmed(
    kafka: LocalKafka, mailbox: Dovecot, tmp_path: Path
) -> None:
    cluster, blobs = await a_cluster(kafka), BlobStore(tmp_path)
    large = a_mail(4, body="x" * 70 + "\r\n" * 1) + b"y" * (INLINE_LIMIT + 1)
    async with Collecting(cluster, source_for(mailbox), blobs):
        await asyncio.sleep(3)
        put(mailbox, a_mail(1), a_mail(2), a_mail(3), large)
        got = await until_delivered(cluster, 4)
        await until_accepted(mailbox, 4)
    assert [one.raw for one in got[:3]] == [a_mail(1), a_mail(2), a_mail(3)]
    blob = got[3].delivery.blob
    assert blob is not None
    assert got[3].raw == b""
    assert blobs.get(blob.sha256) == large
    names = [split_delivery_id(one.delivery.delivery_id) for one in got]
    assert [name[2] for name in names if name] == [1, 2, 3, 4]
    assert len({name[:2] for name in names if name}) == 1
    assert {one.delivery.account for one in got} == {ADDRESS}


async def test_a_restart_goes_on_where_it_was_and_mail_in_between_is_not_missed(
    kafka: LocalKafka, mailbox: Dovecot, tmp_path: Path
) -> None:
    cluster, blobs = await a_cluster(kafka), BlobStore(tmp_path)
    async with Collecting(cluster, source_for(mailbox), blobs):
        await asyncio.sleep(3)
    put(mailbox, a_mail(1), a_mail(2))
    async with Collecting(cluster, source_for(mailbox), blobs):
        await until_delivered(cluster, 2)
        put(mailbox, a_mail(3))
        await until_accepted(mailbox, 3)
    async with Collecting(cluster, source_for(mailbox), blobs):
        await asyncio.sleep(3)
    got = await delivered(cluster)
    assert [one.raw for one in got] == [a_mail(1), a_mail(2), a_mail(3)]
    assert [one.delivery.delivery_id.rpartition("-")[2] for one in got] == ["1", "2", "3"]


async def test_while_kafka_is_away_mail_waits_on_its_server_unconfirmed(
    mailbox: Dovecot, tmp_path: Path
) -> None:
    with LocalKafka(tmp_path / "kafka") as kafka:
        cluster, blobs = await a_cluster(kafka), BlobStore(tmp_path / "blobs")
        async with Collecting(cluster, source_for(mailbox), blobs):
            await asyncio.sleep(3)
            put(mailbox, a_mail(1))
            await until_delivered(cluster, 1)
            await until_accepted(mailbox, 1)
            kafka.kill9()
            put(mailbox, a_mail(2), a_mail(3))
            await asyncio.sleep(12)
            assert sum("$Accepted" in flag for flag in flags(mailbox)) == 1
            await asyncio.to_thread(kafka.restart)
            await until_accepted(mailbox, 3, seconds=60)
        got = await delivered(cluster)
    assert {one.raw for one in got} == {a_mail(1), a_mail(2), a_mail(3)}
    numbers = [int(one.delivery.delivery_id.rpartition("-")[2]) for one in got]
    assert sorted(set(numbers)) == [1, 2, 3]
    assert len({(one.delivery.delivery_id, one.raw) for one in got}) == 3
