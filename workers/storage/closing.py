"""Letting go of Kafka clients within bounds: with the broker away their own stop may wait for it for ever."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from channels.tasks import joined

_log = logging.getLogger(__name__)
CLOSE_SECONDS = 3.0


async def let_go(*stops: Coroutine[Any, Any, object], seconds: float = CLOSE_SECONDS) -> None:
    """Run these stops side by side for so long at most; what they raise is logged, what hangs is cancelled."""
    tasks = [joined(stop) for stop in stops]
    _, hanging = await asyncio.wait(tasks, timeout=seconds)
    for task in hanging:
        task.cancel()
    if hanging:
        await asyncio.wait(hanging, timeout=seconds)
    for task in tasks:
        if task.done() and not task.cancelled() and (error := task.exception()) is not None:
            _log.info("a client did not stop well: %s", str(error) or type(error).__name__)
