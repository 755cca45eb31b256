"""The one secret that references, person keys and tokens hang on: made once, never rotated, always checked.

A gateway that starts with another secret would not recognise anybody: its fingerprint stands in a compacted
topic, and a start with a different one is refused.
"""

import contextlib
import os
import secrets
from pathlib import Path

from gateway import marks
from gateway.settings import GatewaySettings
from schemas.errors import Misconfigured
from schemas.identity import secret_fingerprint
from workers.storage.files import sync_folder, write_whole
from workers.storage.kafka import Cluster

SHORTEST = 16
NAME = b"secret"
_CURE = (
    "bring it back from a backup, or set GATEWAY_SECRET to what it held. Only where no complaint was ever taken in "
    "may it be removed: then it is made anew"
)


def secret_of(settings: GatewaySettings) -> bytes:
    """The configured secret, else the one in the data folder, which is made on the first start."""
    if settings.secret is not None:
        value = settings.secret.get_secret_value().encode()
        if len(value) < SHORTEST:
            raise Misconfigured("GATEWAY_SECRET", f"needs at least {SHORTEST} characters")
        return value
    return _kept(settings.data_dir / "secret")


def known_secret(settings: GatewaySettings) -> bytes | None:
    """The secret if there is one here; unlike `secret_of` this makes none."""
    if settings.secret is None and not (settings.data_dir / "secret").exists():
        return None
    return secret_of(settings)


def _kept(path: Path) -> bytes:
    try:
        if not path.exists():
            _make(path)
        value = path.read_bytes().strip()
    except OSError as error:
        raise Misconfigured("GATEWAY_SECRET", f"{path} cannot be read: {error.strerror}; {_CURE}") from error
    if len(value) < SHORTEST or not value.isascii():
        raise Misconfigured(
            "GATEWAY_SECRET", f"{path} is damaged ({len(value)} bytes are left of it); {_CURE}"
        )
    return value


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    making = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        write_whole(making, secrets.token_hex(32))
        with contextlib.suppress(FileExistsError):  # another role was first: its secret is the one
            os.link(making, path)
        sync_folder(path.parent)
    finally:
        making.unlink(missing_ok=True)


async def check_fingerprint(cluster: Cluster, secret: bytes) -> None:
    """Compare with what the cluster was first started with; raises Misconfigured for another secret.

    Raises Unavailable when the cluster is away.
    """
    mine = secret_fingerprint(secret).encode()
    if await marks.settle(cluster, NAME, mine) != mine:
        raise Misconfigured(
            "GATEWAY_SECRET",
            "this cluster was started with another secret; bring that one back (see data/secret), "
            "or every known person and reference would be a stranger",
        )
