"""Hosts of one cluster that do not share what they must: the second one says so and does not run."""

import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr

from gateway import apart, marks
from gateway.bootstrap import Parts
from gateway.settings import GatewaySettings
from schemas import topics
from schemas.errors import Misconfigured
from tests.integration.project.scene import Worker, answered, life, tell
from workers.project.view import CaseView
from workers.storage.kafka import Cluster
from workers.storage.kafka_topics import TopicFacts, create_topics

pytestmark = pytest.mark.asyncio


def _parts(cluster: Cluster, data: Path, **more: object) -> Parts:
    data.mkdir(exist_ok=True)
    settings = GatewaySettings(
        kafka_bootstrap=cluster.bootstrap,
        topic_prefix=cluster.topic_prefix,
        data_dir=data,
        secret=SecretStr("0123456789abcdef0123456789abcdef"),
    )
    return Parts(settings.model_copy(update=more))


async def _remember(cluster: Cluster) -> None:
    one = topics.FINGERPRINT
    await create_topics(cluster, [TopicFacts(one.name, 1, 1, one.configs())])


async def test_a_folder_of_large_things_that_is_not_shared_is_refused(
    cluster: Cluster, tmp_path: Path
) -> None:
    await _remember(cluster)
    here, there = _parts(cluster, tmp_path / "here"), _parts(cluster, tmp_path / "there")
    await apart.check_house(here)
    with pytest.raises(Misconfigured, match="GATEWAY_BLOB_DIR_IS_NEW"):
        await apart.check_house(there)
    shared = _parts(cluster, tmp_path / "there", blob_dir=here.blobs.folder)
    await apart.check_house(shared)
    lost = _parts(cluster, tmp_path / "there", blob_dir_is_new=True)
    await apart.check_house(lost)
    await apart.check_house(there)
    with pytest.raises(Misconfigured, match="GATEWAY_BLOB_DIR"):
        await apart.check_house(here)


async def test_hosts_that_start_for_the_first_time_at_once_believe_the_same_one(cluster: Cluster) -> None:
    await _remember(cluster)
    for round_ in range(3):
        name = str(round_).encode()
        mine = [f"{host} of {round_}".encode() for host in range(6)]
        believed = set(await asyncio.gather(*(marks.settle(cluster, name, one) for one in mine)))
        assert len(believed) == 1
        assert await marks.settle(cluster, name, b"a later one") in believed


async def test_a_door_beside_a_view_that_nobody_keeps_is_refused(
    cluster: Cluster, tmp_path: Path, url: str
) -> None:
    door = _parts(cluster, tmp_path / "door")
    await apart.check_view(door)  # a cluster without cases: nobody is told a falsehood
    await tell(cluster, life(range(2)))
    with pytest.raises(Misconfigured, match="GATEWAY_DATABASE_URL"):
        await apart.check_view(door)
    await apart.check_view(_parts(cluster, tmp_path / "door", database_url=url))
    kept = Worker(cluster, tmp_path, f"sqlite:///{tmp_path / 'door' / 'view.sqlite'}", "kept")
    kept.start()
    try:
        own = CaseView(door.settings.view_url)
        await answered(own, 2)
        await own.aclose()
        await apart.check_view(door)
    finally:
        kept.kill9()
