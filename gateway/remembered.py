"""What `gateway doctor` says of what a cluster remembers of its house: the secret, the folder of large things.

Nothing is written: neither what a first start would make here, nor what it would tell the cluster.
"""

import asyncio

from channels.contract import Finding
from gateway.apart import BLOBS, another_store, store_id
from gateway.bootstrap import Parts
from gateway.secrets import NAME, known_secret
from schemas import topics
from schemas.identity import secret_fingerprint
from workers.runtime.restore import restore
from workers.storage.kafka import Cluster, TopicPartition


async def own_secret(parts: Parts) -> Finding:
    """Whether this folder has one; raises Misconfigured for a damaged one."""
    there = known_secret(parts.settings) is not None
    return Finding("secret of this folder", True, "is there" if there else "will be made at the first start")


async def secret(parts: Parts) -> Finding:
    """Whether it is the cluster's; raises KafkaError."""
    known = await _mark(parts.cluster, NAME)
    settings = parts.settings
    if settings.secret is None and not (settings.data_dir / "secret").exists():
        if known:
            return Finding(
                "secret", False, "is not here; set GATEWAY_SECRET, or bring back the file data/secret"
            )
        return Finding("secret", True, "will be made in the data folder at the first start")
    if known and known != secret_fingerprint(parts.secret).encode():
        return Finding("secret", False, "GATEWAY_SECRET is not the one this cluster was started with")
    return Finding("secret", True, "is the one of this cluster" if known else "is set; the cluster is new")


async def store(parts: Parts) -> Finding:
    """Whether this folder of large things is the cluster's; raises KafkaError, Misconfigured for one of no use."""
    folder = parts.blobs.folder
    mine = await asyncio.to_thread(store_id, folder)
    known = await _mark(parts.cluster, BLOBS)
    if known is None or parts.settings.blob_dir_is_new:
        return Finding("large things", True, f"{folder} will be the cluster's folder from the first start on")
    if mine is None or mine.encode() != known:
        return Finding("large things", False, str(another_store(folder)))
    return Finding("large things", True, f"are in {folder}, as on the cluster's other hosts")


async def _mark(cluster: Cluster, name: bytes) -> bytes | None:
    entries: dict[bytes, bytes] = {}
    place = TopicPartition(cluster.topic(topics.FINGERPRINT.name), 0)
    await restore(cluster, {place: entries}, lambda: None)
    return entries.get(name)
