"""That a role works on the same things as the others of its cluster, which may run on other hosts."""

import asyncio
import contextlib
import os
import secrets
from pathlib import Path

from gateway import marks
from gateway.bootstrap import Parts
from gateway.folder import is_running
from gateway.projecting import case_view
from gateway.secrets import check_fingerprint
from schemas import topics
from schemas.errors import Misconfigured, Unavailable
from workers.project import source
from workers.storage.files import sync_folder, write_whole
from workers.storage.kafka import KafkaError

STORE_FILE = "store.id"
BLOBS = b"blobs"
_SETTING = "GATEWAY_BLOB_DIR"
_LOOK_SECONDS = 5.0


async def check_house(parts: Parts) -> None:
    """The secret and the folder of large things are those of the cluster. Raises Misconfigured, Unavailable.

    Two hosts with a folder each would lose sight of every large complaint: what one writes the other cannot read.
    """
    await check_fingerprint(parts.cluster, parts.secret)
    mine = await asyncio.to_thread(_settled_id, parts.blobs.folder)
    known = await marks.settle(parts.cluster, BLOBS, mine.encode(), anew=parts.settings.blob_dir_is_new)
    if known != mine.encode():
        raise another_store(parts.blobs.folder)


def another_store(folder: Path) -> Misconfigured:
    """What is wrong with a folder that is not the cluster's."""
    return Misconfigured(
        _SETTING,
        f"{folder} is another folder than the one that this cluster's roles keep large things in; "
        "share that one with this host and name it. Where it was lost, GATEWAY_BLOB_DIR_IS_NEW=true takes this one",
    )


async def check_view(parts: Parts) -> None:
    """A page of an empty view beside a cluster full of cases would tell people that theirs does not exist.

    Raises Misconfigured when nobody keeps the view that is read here. Beside a `gateway up`, with a database that
    was named, or while Kafka is away, there is nothing to tell.
    """
    settings = parts.settings
    if settings.database_url or is_running(settings.data_dir):
        return
    view = case_view(parts)
    try:
        if await view.positions():
            return
        async with asyncio.timeout(_LOOK_SECONDS):
            ends = await source.ends(parts.cluster, topics.EVENTS.name)
    except (Unavailable, KafkaError, OSError, TimeoutError):
        return
    finally:
        await view.aclose()
    if any(ends.values()):
        raise Misconfigured(
            "GATEWAY_DATABASE_URL",
            f"nobody keeps the case view in {settings.data_dir.resolve()}: name the database that `gateway work "
            "project` writes (PostgreSQL, when it runs on another host), or start that role on this folder first",
        )


def store_id(folder: Path) -> str | None:
    """The folder's identity, None when it has none yet; raises Misconfigured for a folder that cannot be used."""
    path = folder / STORE_FILE
    try:
        known = path.read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unusable(folder, error) from error
    if len(known) != 32:
        raise Misconfigured(
            _SETTING, f"{path} is damaged; remove it, and set GATEWAY_BLOB_DIR_IS_NEW=true once"
        )
    return known


def _settled_id(folder: Path) -> str:
    """The same, made when it is missing; it goes with the folder when that is moved or shared."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / STORE_FILE).exists():
            _make_id(folder / STORE_FILE)
    except OSError as error:
        raise _unusable(folder, error) from error
    return store_id(folder) or _settled_id(folder)


def _unusable(folder: Path, error: OSError) -> Misconfigured:
    why = error.strerror or type(error).__name__
    return Misconfigured(_SETTING, f"{folder} cannot be used for large things: {why}")


def _make_id(path: Path) -> None:
    """Of several roles that start at once the first one names the folder."""
    making = path.with_name(f"{STORE_FILE}.{secrets.token_hex(4)}")
    try:
        write_whole(making, secrets.token_hex(16))
        with contextlib.suppress(FileExistsError):
            os.link(making, path)
            sync_folder(path.parent)  # the cluster will remember it for ever
    finally:
        making.unlink(missing_ok=True)
