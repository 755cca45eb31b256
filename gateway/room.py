"""How much room the disks of this house have: told early, for a full one ends a local Kafka and loses its topics."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from gateway.settings import GatewaySettings
from schemas.errors import Unavailable

SCARCE_BYTES = 2 << 30
"""Below this much free disk somebody must make room: spool, blobs and a local Kafka are in danger."""
LEAST_BYTES = 512 << 20
"""Below this a local Kafka is not started: it may not come through its first minutes, and then lacks topics."""
LOCAL_KAFKA = "kafka"
CURE = "make room, or move it to a larger disk and name that in"


def places(settings: GatewaySettings) -> dict[str, Path]:
    """Where the house of this machine writes: `data`, `blobs`, and `kafka` where `gateway up` keeps one of its own."""
    found = {"data": settings.data_dir, "blobs": settings.blobs}
    broker = settings.data_dir / LOCAL_KAFKA
    return found | ({"kafka": broker} if broker.is_dir() else {})


def free_bytes(folder: Path) -> int:
    """Free for us on the disk of `folder`, which need not be there yet; raises OSError."""
    return shutil.disk_usage(_nearest(folder)).free


def free(settings: GatewaySettings) -> dict[str, int]:
    """Place → free bytes; a disk that cannot be asked is left out: whoever writes to it says so."""
    found = {}
    for place, folder in places(settings).items():
        try:
            found[place] = free_bytes(folder)
        except OSError:
            continue
    return found


def scarce(settings: GatewaySettings, found: Mapping[str, int]) -> Iterator[str]:
    """A sentence for each disk on which room is scarce, with the cure; places on one disk share it."""
    named = places(settings)
    told: dict[int, list[str]] = {}
    for place, size in found.items():
        if size < SCARCE_BYTES and place in named:
            told.setdefault(_device(named[place]), []).append(place)
    for on_it in told.values():
        folders = ", ".join(str(named[place]) for place in on_it)
        size = min(found[place] for place in on_it)
        setting = "GATEWAY_BLOB_DIR" if on_it == ["blobs"] else "GATEWAY_DATA_DIR"
        danger = "; on a full disk the local Kafka ends and may lose topics" if "kafka" in on_it else ""
        yield (
            f"only {in_words(size)} are free for {folders} (at least {in_words(SCARCE_BYTES)} should be){danger};"
            f" {CURE} {setting}"
        )


def check_start(folder: Path) -> None:
    """Raises Unavailable where a local Kafka in `folder` had too little room to be started."""
    size = free_bytes(folder)
    if size < LEAST_BYTES:
        raise Unavailable(
            f"only {in_words(size)} are free for {folder}, and the local Kafka needs {in_words(LEAST_BYTES)} to start:"
            f" on a full disk it ends and may lose topics; {CURE} GATEWAY_DATA_DIR, or let GATEWAY_KAFKA_BOOTSTRAP name"
            " another Kafka"
        )


def in_words(size: int) -> str:
    """2 GiB, 1.5 GiB, 300 MiB."""
    return f"{size / (1 << 30):.3g} GiB" if size >= 1 << 30 else f"{size >> 20} MiB"


def _nearest(folder: Path) -> Path:
    whole = folder.absolute()
    return next(path for path in (whole, *whole.parents) if path.exists())


def _device(folder: Path) -> int:
    return _nearest(folder).stat().st_dev
