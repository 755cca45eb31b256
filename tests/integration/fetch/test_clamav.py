"""A real clamd with two signatures of our own: clean, infected, inside an archive, locked, too large."""

import hashlib
import io
import os
import shutil
import socket
import subprocess
import time
import zipfile
from collections.abc import Iterator

import pytest

from deploy.local.ports import free_ports
from workers.fetch.scanner import Clamd

pytestmark = pytest.mark.skipif(
    not shutil.which("clamd"), reason="clamd is missing: apt install clamav-daemon"
)
BAIT = "-".join(
    ("X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR", "STANDARD", "ANTIVIRUS", "TEST", "FILE!$H+H*")
).encode()
"""EICAR's test file (68 bytes), put together here so that no file of ours is one."""


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clamd]:
    """Ready in a fraction of a second: its database knows one thing."""
    folder, port = tmp_path_factory.mktemp("clamd"), free_ports(1)[0]
    (folder / "db").mkdir()
    (folder / "db" / "bait.ndb").write_text(f"Bait:0:*:{BAIT.hex()}\n")
    (folder / "db" / "bait.hdb").write_text(f"{hashlib.md5(BAIT).hexdigest()}:{len(BAIT)}:Bait-Hash\n")
    (folder / "clamd.conf").write_text(
        f"Foreground yes\nDatabaseDirectory {folder}/db\nTemporaryDirectory {folder}\nTCPSocket {port}\n"
        "TCPAddr 127.0.0.1\nStreamMaxLength 1M\nAlertExceedsMax yes\nAlertEncrypted yes\nSelfCheck 0\n"
    )
    process = subprocess.Popen(["clamd", "-c", str(folder / "clamd.conf")], stdout=subprocess.DEVNULL)
    try:
        _wait(port)
        yield Clamd(f"127.0.0.1:{port}", 10)
    finally:
        process.kill()
        process.wait()


def _wait(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("clamd did not come up")


def archive(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("inside.txt", content)
    return buffer.getvalue()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("content", "scan", "quarantined"),
    [
        (b"a complaint about a fridge", "clean", False),
        (BAIT, "infected", True),
        (archive(BAIT), "infected", True),
        (os.urandom(2_000_000), "unscanned", True),
    ],
    ids=["clean", "infected", "infected archive", "over the limit"],
)
async def test_its_word_is_understood(clamd: Clamd, content: bytes, scan: str, quarantined: bool) -> None:
    result = await clamd.scan(io.BytesIO(content))
    assert (result.scan, result.quarantined) == (scan, quarantined), result.says
