"""The stage on a real Kafka with a real server of media: everything wanted is told once, come what may."""

import asyncio
import hashlib
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from schemas.message import MediaReference
from tests.integration.fetch.conftest import MakeWorker
from tests.integration.fetch.post import ask, told, wish
from tests.integration.fetch.server import PICTURE, MediaServer
from workers.storage.blobs import BlobStore
from workers.storage.kafka import Cluster

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(300)]


@pytest.fixture
def server() -> Iterator[MediaServer]:
    with MediaServer() as running:
        yield running


async def test_a_picture_is_stored_and_a_trap_is_told(
    cluster: Cluster, worker: MakeWorker, server: MediaServer
) -> None:
    slot = worker(server.url)
    traps = ["http://169.254.169.254/latest/", f"{server.url}/redirect/1/http%3A%2F%2Flocalhost%2F"]
    traps += [f"{server.url}/page", f"{server.url}/status/404"]
    await ask(cluster, [wish(0, f"{server.url}/picture")] + [wish(i, url) for i, url in enumerate(traps, 1)])
    news = {one.reference: one for one in await told(cluster, 5)}
    stored = news.pop("CASE-0").attachment
    assert stored is not None
    assert (stored.media_type, stored.bytes, stored.scan) == ("image/png", len(PICTURE), "unscanned")
    assert BlobStore(slot.folder / "blobs").get(stored.sha256) == PICTURE
    assert {one.state for one in news.values()} == {"failed"}
    assert all(one.reason for one in news.values())
    assert not list((slot.folder / "blobs" / "unfinished").glob("*")), "a refusal leaves nothing behind"


async def test_every_thing_is_told_once_through_kills(
    cluster: Cluster, worker: MakeWorker, server: MediaServer
) -> None:
    chance = random.Random(7)
    slot = worker(server.url, concurrency=2, lane_width=2)
    await ask(cluster, [wish(number, f"{server.url}/picture?{number}") for number in range(120)])
    for _ in range(4):
        await asyncio.to_thread(server.wait_asked, len(server.asked) + 15)
        await asyncio.sleep(chance.uniform(0, 0.1))
        slot.kill9()
        slot.start()
    news = await told(cluster, 120)
    assert Counter(one.wanted_id for one in news) == {f"{number:032x}": 1 for number in range(120)}
    assert {one.attachment.sha256 for one in news if one.attachment} == {hashlib.sha256(PICTURE).hexdigest()}
    assert len(server.asked) > 120, "some downloads were cut off and made again"
    assert slot.stop() == 0


async def test_a_server_that_comes_back_is_asked_again_and_an_expired_thing_is_given_up(
    cluster: Cluster, worker: MakeWorker, server: MediaServer
) -> None:
    server.down = True
    worker(server.url)
    soon = datetime.now(UTC) + timedelta(seconds=3)
    expiring = MediaReference(url=f"{server.url}/picture?1", expires_at=soon)
    await ask(cluster, [wish(1, "", media=expiring), wish(2, f"{server.url}/picture?2")])
    (given_up,) = await told(cluster, 1)
    assert (given_up.reference, given_up.state) == ("CASE-1", "failed")
    assert given_up.reason.startswith("given up: 127.0.0.1 answers 503")
    server.down = False
    news = {one.reference: one for one in await told(cluster, 2)}
    assert news["CASE-2"].state == "stored"
    assert news["CASE-2"].attempts > 1


async def test_one_hosts_trouble_is_not_anothers(
    cluster: Cluster, worker: MakeWorker, server: MediaServer
) -> None:
    worker(server.url, concurrency=8, lane_width=2, connect_seconds=5)
    hanging = [wish(number, "http://192.0.2.1.nip.invalid/x") for number in range(1, 20)]
    await ask(cluster, [*hanging, wish(20, f"{server.url}/picture")])
    (news,) = await told(cluster, 1, seconds=20)
    assert news.reference == "CASE-20"
