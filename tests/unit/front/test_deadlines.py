"""Deadlines: late waits end with TimeoutError, the others are left alone, and nothing ticks without need."""

import asyncio
import time

import pytest

from gateway.deadlines import Deadlines


@pytest.mark.asyncio
async def test_a_late_wait_ends_and_the_others_do_not() -> None:
    loop, deadlines = asyncio.get_running_loop(), Deadlines()
    never: asyncio.Future[object] = loop.create_future()
    soon: asyncio.Future[object] = loop.create_future()
    later: asyncio.Future[object] = loop.create_future()
    loop.call_later(0.05, soon.set_result, "soon")
    loop.call_later(0.6, later.set_result, "later")
    begin = time.monotonic()
    deadlines.watch(never, 0.2)
    deadlines.watch(soon, 0.2)
    deadlines.watch(later, 5)
    assert await soon == "soon"
    with pytest.raises(TimeoutError):
        await never
    assert 0.2 <= time.monotonic() - begin < 0.5
    assert await later == "later"
    deadlines.close()
