"""The role that collects from mailboxes and networks."""

import asyncio
from collections.abc import Callable

from channels.tasks import watched
from gateway.apart import check_house
from gateway.bootstrap import Parts
from gateway.collect import collect as run
from gateway.collector import CollectOptions
from gateway.sources import SourceBoard


async def collect(parts: Parts, stop: asyncio.Event, ready: Callable[[str], None]) -> None:
    """Run until `stop`; without an account to collect from it waits, so that `up` needs no special case."""
    await check_house(parts)
    accounts = parts.sources()
    names = ", ".join(f"{channel.name} {source.account}" for channel, source in accounts)
    ready(f"for {names}" if names else "with no account to collect from")
    board = SourceBoard(parts.settings.data_dir, parts.settings.own_instance, accounts)
    options = CollectOptions(instance=f"{parts.settings.own_instance}_collect", status=board.hear)
    telling = watched(board.run(), "the board of accounts", lasting=True)
    try:
        await run(parts.cluster, accounts, parts.blobs, options, stop)
    finally:
        telling.cancel()
        await asyncio.wait({telling})
