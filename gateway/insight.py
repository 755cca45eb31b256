"""The role that runs insight: Faust in our own loop, stopped within bounds, judged by its progress from outside."""

import asyncio
from collections.abc import Callable

from channels.tasks import joined
from gateway.bootstrap import Parts
from workers.insight.app import build
from workers.insight.rule import Thresholds

STOP_SECONDS = 5.0


async def insight(parts: Parts, stop: asyncio.Event, ready: Callable[[], None]) -> None:
    """Run until `stop`. With the broker away Faust's stop hangs, so it is given up after `STOP_SECONDS`."""
    folder = parts.settings.data_dir.resolve() / "work" / "faust"
    app = build(parts.cluster, Thresholds(), parts.settings.own_instance, folder)
    await app.start()
    ready()
    crashed = joined(app.wait_until_stopped())
    stopped = joined(stop.wait())
    await asyncio.wait({crashed, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if crashed.done():
        crashed.result()
        raise RuntimeError("Faust stopped by itself")
    try:
        await asyncio.wait_for(app.stop(), STOP_SECONDS)
    except TimeoutError:
        crashed.cancel()
