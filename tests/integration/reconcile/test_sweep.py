"""A sweep on a real Kafka takes what nothing refers to, and nothing else, however it is referred to."""

import base64
import json
import os
import secrets
from datetime import UTC, datetime, timedelta

import pytest

from gateway.entries import Entry
from gateway.segments import Segments
from gateway.sweeping import swept
from schemas import topics
from schemas.delivery import BlobReference
from schemas.errors import Misconfigured, Unavailable
from tests.integration.dead_letters.house import House, delivery, until
from tests.integration.reconcile.test_reconcile import write
from workers.storage.kafka_topics import list_topics
from workers.sweep.run import Swept

AGO = timedelta(days=3)


def keep(house: House, content: bytes | None = None) -> str:
    return house.parts.blobs.put(secrets.token_bytes(100) if content is None else content)


def aged(house: House) -> None:
    at = (datetime.now(UTC) - AGO).timestamp()
    for path in house.parts.blobs.folder.rglob("*"):
        if path.is_file():
            os.utime(path, (at, at))


async def look(house: House, really: bool = False, before: timedelta = timedelta(hours=49)) -> Swept:
    return await swept(house.parts, datetime.now(UTC) - before, lambda *_: None, really)


async def refer(house: House) -> list[str]:
    """One blob for each way of naming it."""
    nested = keep(house)
    body = keep(house, b"x" * (1 << 20) + b'{"sha256":"' + nested.encode() + b'"}')
    blob = BlobReference(sha256=body, bytes=1)
    await house.deliver((delivery(1).model_copy(update={"blob": blob}), b""))
    ours = [nested, body]
    for topic in topics.HOUSE:
        ours.append(keep(house))
        await write(house, topic.name, b"k", json.dumps({"any": [{"body_sha256": ours[-1]}]}).encode())
    ours.append(keep(house))
    carried = base64.b64encode(ours[-1].encode()).decode()
    await write(house, topics.DEAD_LETTERS.name, b"d", json.dumps({"original": carried}).encode())
    ours.append(keep(house))
    spool = Segments(house.folder / "spool")
    spool.open()
    spool.append([Entry(delivery(2), ours[-1].encode()).encoded()])
    spool.close()
    return ours


@pytest.mark.asyncio
@pytest.mark.timeout(300)
async def test_only_what_nothing_refers_to_goes_and_only_when_it_is_meant(house: House) -> None:
    store = house.parts.blobs
    ours = await refer(house)
    orphan = keep(house, b"o" * 10)
    packed = [b"p" * 10, b"q" * 10]
    store.put_all(packed)
    aged(house)
    young = keep(house)
    found = await look(house)
    assert (found.orphans, found.deleted) == (3, 0)
    assert store.has(orphan)
    gone = await look(house, really=True)
    assert (gone.orphans, gone.deleted, gone.bytes) == (3, 3, gone.deleted_bytes)
    assert not store.has(orphan)
    assert [name for name in [*ours, young] if not store.has(name)] == []
    assert (await look(house, really=True)).orphans == 0


@pytest.mark.asyncio
@pytest.mark.timeout(300)
async def test_nothing_goes_where_a_topic_cannot_be_read_or_the_time_is_short(house: House) -> None:
    orphan = keep(house)
    aged(house)
    with pytest.raises(Misconfigured, match="48h"):
        await look(house, really=True, before=timedelta(hours=47))
    admin = house.cluster.admin()
    try:
        await admin.start()
        await admin.delete_topics([house.cluster.topic(topics.EVENTS.name)])
    finally:
        await admin.close()
    await until(lambda: list_topics(house.cluster), lambda names: topics.EVENTS.name not in names, "its end")
    with pytest.raises(Unavailable, match="nothing was deleted"):
        await look(house, really=True)
    assert house.parts.blobs.has(orphan)
