"""Only a clear word of the scanner is one."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from workers.fetch.scanner import Clamd, ScanResult, scanner_of, verdict
from workers.fetch.settings import FetchSettings


@pytest.mark.parametrize(
    ("answer", "scan", "quarantined"),
    [
        ("stream: OK", "clean", False),
        ("stream: Eicar-Test-Signature FOUND", "infected", True),
        ("stream: Heuristics.Encrypted.Zip FOUND", "unscanned", True),
        ("stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND", "unscanned", True),
        ("INSTREAM size limit exceeded. ERROR", "unscanned", True),
        ("", "unscanned", True),
        ("stream: NOT OK", "unscanned", True),
    ],
)
def test_the_words(answer: str, scan: str, quarantined: bool) -> None:
    result = verdict(answer)
    assert (result.scan, result.quarantined) == (scan, quarantined)


@asynccontextmanager
async def clamd(path: Path, answer: bytes) -> AsyncIterator[list[bytes]]:
    """Speaks INSTREAM on a socket and keeps what it was sent."""
    came: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readexactly(10) == b"zINSTREAM\0"
        while size := int.from_bytes(await reader.readexactly(4), "big"):
            came.append(await reader.readexactly(size))
        writer.write(answer)
        writer.close()

    server = await asyncio.start_unix_server(serve, path)
    async with server:
        yield came


@pytest.mark.asyncio
async def test_the_bytes_go_over_the_wire_in_pieces(tmp_path: Path) -> None:
    content = bytes(range(256)) * 2000
    async with clamd(tmp_path / "clamd", b"stream: OK\0") as came:
        result = await scanner_of(FetchSettings(clamd=str(tmp_path / "clamd"))).scan(io.BytesIO(content))
    assert result == ScanResult("clean")
    assert b"".join(came) == content
    assert len(came) > 1


@pytest.mark.asyncio
async def test_a_scanner_that_is_away_or_dies_leaves_it_quarantined(tmp_path: Path) -> None:
    gone = await Clamd(str(tmp_path / "nobody"), 5).scan(io.BytesIO(b"x"))
    assert (gone.scan, gone.quarantined) == ("unscanned", True)
    async with clamd(tmp_path / "clamd", b""):
        died = await Clamd(str(tmp_path / "clamd"), 5).scan(io.BytesIO(b"x"))
    assert (died.scan, died.quarantined) == ("unscanned", True)


@pytest.mark.asyncio
async def test_without_a_scanner_it_is_only_marked() -> None:
    result = await scanner_of(FetchSettings()).scan(io.BytesIO(b"x"))
    assert (result.scan, result.quarantined) == ("unscanned", False)
