"""Puts the fetch stage together: one pool of connections for each provider, one scanner, one set of slots."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

from channels.contract import MediaLocator
from schemas.names import ChannelName
from workers.fetch.download import Downloader
from workers.fetch.fetcher import Fetcher, Provider
from workers.fetch.network import Resolve, resolve
from workers.fetch.scanner import scanner_of
from workers.fetch.settings import FetchSettings
from workers.fetch.stage import Fetch
from workers.storage.blobs import BlobStore


def build_fetch_stage(
    settings: FetchSettings,
    blobs: BlobStore,
    locators: Mapping[ChannelName, MediaLocator],
    clock: Callable[[], datetime],
    resolve: Resolve = resolve,
) -> Fetch:
    """The stage for `run_stage`. `locators` know where media are; `clock` gives the time in UTC."""
    providers = {
        name: Provider(Downloader(settings, locator.provider, resolve), locator)
        for name, locator in locators.items()
    }
    elsewhere = Provider(Downloader(settings, resolve=resolve))
    fetcher = Fetcher(blobs, scanner_of(settings), providers, elsewhere, clock)
    return Fetch(settings, fetcher, clock, asyncio.Semaphore(settings.concurrency))
