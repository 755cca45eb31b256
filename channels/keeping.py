"""What a channel must remember over a restart and nobody may read: sealed, durable, one process at a time.

Sealed with the house's secret: encrypt, then authenticate. The keystream is HMAC-SHA-256 in counter mode under a random
nonce, the seal HMAC-SHA-256 over all of it, each under a key of its own. Short secrets only (tokens).
"""

import fcntl
import hmac
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from schemas.errors import Unavailable

_NONCE = 16
_TAG = 32


@dataclass(frozen=True, slots=True)
class Keep:
    """Sealed values in `folder`, by name; without a folder nothing outlives the process."""

    folder: Path | None
    secret: bytes = field(repr=False)

    @contextmanager
    def held(self, name: str) -> Iterator["Kept"]:
        """The value called `name`, for this process alone while the block lasts. Raises Unavailable (disk)."""
        if self.folder is None:
            yield Kept(None, b"")
            return
        path = self.folder / sha256(name.encode()).hexdigest()[:32]
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise _full(self.folder, error) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield Kept(path, hmac.digest(self.secret, f"kept.v1\0{name}".encode(), "sha256"))
        finally:
            os.close(lock)


@dataclass(frozen=True, slots=True)
class Kept:
    """One value on disk; `read` and `write` belong into the block of `Keep.held`."""

    path: Path | None
    key: bytes = field(repr=False)

    def read(self) -> bytes:
        """The value; empty when there is none, or when it was sealed with another secret."""
        try:
            return unseal(self.key, self.path.read_bytes()) if self.path else b""
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise _full(self.path, error) from error

    def write(self, value: bytes) -> None:
        """On disk, whole or not at all, when this returns. Raises Unavailable."""
        if self.path is None:
            return
        fresh = self.path.with_suffix(".new")
        try:
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(seal(self.key, value, secrets.token_bytes(_NONCE)))
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self.path)
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise _full(self.path, error) from error


def seal(key: bytes, value: bytes, nonce: bytes) -> bytes:
    """Nonce, what nobody can read, and the seal over both."""
    hidden = _mixed(key, nonce, value)
    return nonce + hidden + _tag(key, nonce + hidden)


def unseal(key: bytes, sealed: bytes) -> bytes:
    """The value; empty when it was changed, cut, or sealed under another key."""
    body, tag = sealed[:-_TAG], sealed[-_TAG:]
    if len(body) < _NONCE or not hmac.compare_digest(_tag(key, body), tag):
        return b""
    return _mixed(key, body[:_NONCE], body[_NONCE:])


def _mixed(key: bytes, nonce: bytes, value: bytes) -> bytes:
    blocks = range(-(-len(value) // 32))
    stream = b"".join(hmac.digest(key, b"stream" + nonce + n.to_bytes(8, "big"), "sha256") for n in blocks)
    return bytes(one ^ other for one, other in zip(value, stream, strict=False))


def _tag(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, b"seal" + body, "sha256")


def _full(path: Path | None, error: OSError) -> Unavailable:
    return Unavailable(f"cannot keep what must outlive a restart at {path}: {error.strerror or error}")
