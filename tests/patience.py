"""How long tests wait for other processes: generous, since a loaded machine is slow and a green run never waits."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

PATIENCE = 3
"""What a bound is multiplied by: bounds are written for a quiet machine."""


async def until(check: Callable[[], Any], seconds: float, what: str) -> None:
    """Wait until `check` (may be a coroutine function) is true; seconds of a quiet machine."""
    deadline = time.monotonic() + seconds * PATIENCE
    while time.monotonic() < deadline:
        answer = check()
        if await answer if asyncio.iscoroutine(answer) else answer:
            return
        await asyncio.sleep(0.2)
    raise AssertionError(f"{what}: not within {seconds * PATIENCE} s")
