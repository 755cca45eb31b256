"""One attempt, from asking the provider where it is to the scanner's word; every end is one of three."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from channels.contract import Located, MediaLocator
from schemas.errors import Refused, Unavailable
from schemas.media import FetchedAttachment, MediaWanted
from schemas.message import Attachment, MediaReference
from schemas.names import ChannelName
from workers.fetch import rule
from workers.fetch.download import Downloader
from workers.fetch.scanner import Scanner
from workers.fetch.turns import Ended
from workers.storage.blobs import BlobStore

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Provider:
    """One channel's way to its media: who knows where they are, and the connections to get them."""

    downloader: Downloader
    locator: MediaLocator | None = None

    async def locate(self, reference: MediaReference) -> Located:
        """Where it is now. Raises Refused when only the provider could tell and is not connected here."""
        if self.locator is not None:
            return await self.locator.locate(reference)
        if not reference.url:
            raise Refused("only the provider knows where it is, and this channel is not connected", "locator")
        return Located(reference.url)

    async def aclose(self) -> None:
        """Close what both keep open."""
        await self.downloader.aclose()
        if self.locator is not None:
            await self.locator.aclose()


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Everything that leaves the house for media. `elsewhere` serves channels without a part of their own."""

    blobs: BlobStore
    scanner: Scanner
    providers: Mapping[ChannelName, Provider]
    elsewhere: Provider
    clock: Callable[[], datetime]

    async def attempt(self, wanted: MediaWanted) -> Ended:
        """Try once. A fault of our own is tried again and in the end told to the case, like any other."""
        try:
            attachment = await self._brought(wanted)
        except Refused as error:
            return self._ended(wanted, end="refused", reason=str(error))
        except Unavailable as error:
            wait = error.retry_after or 0.0
            return self._ended(wanted, end="away", reason=str(error), retry_after=wait)
        except Exception as error:  # noqa: BLE001 - one odd answer must not stop everybody's media
            _log.exception("fetching %s", wanted.wanted_id)
            return self._ended(wanted, end="away", reason=f"a fault of the gateway: {type(error).__name__}")
        return self._ended(wanted, end="stored", attachment=attachment)

    async def aclose(self) -> None:
        """Close what the providers' parts keep open."""
        await asyncio.gather(*(one.aclose() for one in (*self.providers.values(), self.elsewhere)))

    async def _brought(self, wanted: MediaWanted) -> FetchedAttachment:
        stored = wanted.stored or await self._stored(wanted.channel, wanted.media or MediaReference())
        with self.blobs.open(stored.sha256) as stream:
            result = await self.scanner.scan(stream)
        return FetchedAttachment(
            **stored.model_dump(),
            scan=result.scan,
            scan_says=result.says,
            quarantined=result.quarantined,
        )

    async def _stored(self, channel: ChannelName, reference: MediaReference) -> Attachment:
        provider = self.providers.get(channel, self.elsewhere)
        located = await provider.locate(reference)
        with self.blobs.writer() as writer:
            came = await provider.downloader.fetch(located, writer)
            media_type = rule.media_type(reference, came.media_type)
            if not media_type:
                raise Refused("a page came instead of it", "type")
            sha256 = await asyncio.to_thread(writer.keep)
            size = writer.bytes
        return Attachment(name=rule.name_of(reference), media_type=media_type, bytes=size, sha256=sha256)

    def _ended(self, wanted: MediaWanted, **words: object) -> Ended:
        return Ended.model_validate({"wanted_id": wanted.wanted_id, "at": self.clock(), **words})
