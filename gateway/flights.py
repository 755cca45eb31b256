"""Deliveries on their way: sent and not yet durable. They are settled in their order, as many at once as are there."""

import asyncio
from dataclasses import dataclass, replace

from channels.contract import Collected
from channels.tasks import joined
from gateway.writer import Acknowledgement
from schemas.standing import Standing


@dataclass(frozen=True, slots=True)
class Flight:
    """A delivery on its way: its acknowledgement, what to confirm, and where the account stands after it."""

    sent: Acknowledgement
    collected: Collected
    standing: Standing


def light(collected: Collected) -> Collected:
    """Without the bytes, which nobody needs any more: many large mails may be in flight."""
    return replace(collected, inbound=replace(collected.inbound, raw=b""))


async def together(flights: asyncio.Queue[Flight | None]) -> list[Flight]:
    """All that is there, at least one; nothing when the end was put in and nothing waits before it."""
    landed: list[Flight] = []
    flight = await flights.get()
    while flight is not None:
        landed.append(flight)
        if flights.empty():
            return landed
        flight = flights.get_nowait()
    if landed:
        flights.put_nowait(None)
    return landed


async def land(flights: asyncio.Queue[Flight | None], settling: asyncio.Task[None], seconds: float) -> None:
    """No more will come: settle what is in flight, but not for ever."""
    end = joined(flights.put(None))
    await asyncio.wait({settling}, timeout=seconds)
    for task in (settling, end):
        task.cancel()
    await asyncio.wait({settling, end})
