"""ClamAV's clamd over its INSTREAM command (clamd(8)): the bytes go over the wire, no path is ever told.

Only `OK` is clean. A scanner that is away, over its limit, or before an archive it cannot open says nothing:
the attachment stays unscanned, and with a scanner configured that means quarantined.
"""

import asyncio
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from schemas.media import Scan
from workers.fetch.settings import FetchSettings

_PIECE = 128 * 1024
_UNREADABLE = ("Heuristics.Encrypted", "Heuristics.Limits", "Heuristics.Broken")
"""Findings that only say that clamd could not look inside (AlertEncrypted, AlertExceedsMax)."""


@dataclass(frozen=True, slots=True)
class ScanResult:
    """The scanner's word; `says` is the name of what it found, or why it could not tell."""

    scan: Scan
    says: str = ""
    quarantined: bool = False


class Scanner(Protocol):
    """Looks for viruses, and never raises for what it meets."""

    async def scan(self, stream: BinaryIO) -> ScanResult: ...


class NoScanner:
    """Nothing is configured: everything is marked as not scanned."""

    async def scan(self, stream: BinaryIO) -> ScanResult:
        """Not scanned."""
        return ScanResult("unscanned", "no scanner is configured (GATEWAY_FETCH_CLAMD)")


class Clamd:
    """`address`: host:port, or the path of a Unix socket."""

    def __init__(self, address: str, seconds: float) -> None:
        self._address, self._seconds = address, seconds

    async def scan(self, stream: BinaryIO) -> ScanResult:
        """What clamd says of the stream's bytes from where it stands."""
        try:
            async with asyncio.timeout(self._seconds):
                return verdict(await self._ask(stream))
        except OSError as error:
            return ScanResult("unscanned", f"the scanner does not answer: {type(error).__name__}", True)

    async def _ask(self, stream: BinaryIO) -> str:
        reader, writer = await self._connect()
        try:
            writer.write(b"zINSTREAM\0")
            while piece := stream.read(_PIECE):
                writer.write(len(piece).to_bytes(4, "big") + piece)
                await writer.drain()
            writer.write(bytes(4))
            return (await reader.readuntil(b"\0")).rstrip(b"\0").decode("utf-8", "replace")
        except asyncio.IncompleteReadError as error:
            raise ConnectionError("clamd closed the connection") from error
        finally:
            writer.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._address.startswith("/"):
            return await asyncio.open_unix_connection(self._address)
        host, _, port = self._address.rpartition(":")
        return await asyncio.open_connection(host.strip("[]"), int(port))


def verdict(answer: str) -> ScanResult:
    """`stream: OK`, `stream: NAME FOUND`, or `… ERROR`, read so that only a clear word is one."""
    says = answer.removeprefix("stream: ").strip()
    if says == "OK":
        return ScanResult("clean")
    name = says.removesuffix(" FOUND")
    if name == says or name.startswith(_UNREADABLE):
        return ScanResult("unscanned", name[:200], True)
    return ScanResult("infected", name[:200], True)


def scanner_of(settings: FetchSettings) -> Scanner:
    """The configured one."""
    return Clamd(settings.clamd, settings.clamd_seconds) if settings.clamd else NoScanner()
