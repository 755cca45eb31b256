"""One sweep: what lies there and is old enough, less all that anything refers to; the rest may go."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from schemas.errors import Unavailable
from schemas.references import NAME_BYTES, named_in
from workers.storage.blob_files import BlobFile, blob_files, delete
from workers.storage.blobs import BlobStore
from workers.storage.kafka import Cluster, KafkaError
from workers.sweep.scan import Progress, names

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Swept:
    """What nothing refers to, and how many of these were deleted (blobs, bytes)."""

    orphans: int = 0
    bytes: int = 0
    deleted: int = 0
    deleted_bytes: int = 0


async def sweep(
    cluster: Cluster,
    store: BlobStore,
    before: datetime,
    topics: Iterable[str],
    elsewhere: Callable[[], Iterable[str]],
    progress: Progress,
    really: bool = False,
) -> Swept:
    """Find the blobs from before `before` that no record on `topics` and nothing `elsewhere` (a spool) names, and
    delete them when it is `really` meant. Raises Unavailable, with nothing deleted, when anything cannot be read.
    """
    try:
        there = list(blob_files(store.folder))
        on_disk = {one.sha256 for one in there}
        kept = on_disk.intersection(elsewhere())
        bodies = set(kept)
        async for name, may_be_body in names(cluster, topics, progress):
            if name in on_disk:
                kept.add(name)
                if may_be_body:
                    bodies.add(name)
        for count, name in enumerate(sorted(bodies)):
            progress("deliveries' blobs", count + 1, len(bodies))
            kept.update(_named_by_body(store, name))
    except (KafkaError, OSError) as error:
        raise Unavailable(f"nothing was deleted, for not everything could be read: {error}") from error
    except Unavailable as error:
        raise Unavailable(f"nothing was deleted: {error}") from error
    orphans = [one for one in there if one.at < before.timestamp() and one.sha256 not in kept]
    return _ended(orphans, progress, really)


def _named_by_body(store: BlobStore, name: str) -> set[str]:
    """A delivery too large for a record is a blob itself, and a form names its attachments in it."""
    found: set[str] = set()
    if not store.has(name):
        return found
    with store.open(name) as stream:
        end = b""
        while piece := stream.read(_PIECE):
            found.update(named_in(end + piece))
            end = (end + piece)[-NAME_BYTES - 1 :]
    return found


def _ended(orphans: list[BlobFile], progress: Progress, really: bool) -> Swept:
    gone = []
    for count, one in enumerate(orphans if really else ()):
        progress("deleting", count + 1, len(orphans))
        if delete(one):
            gone.append(one)
    return Swept(len(orphans), sum(one.bytes for one in orphans), len(gone), sum(one.bytes for one in gone))
