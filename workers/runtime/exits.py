"""How a worker ends when it cannot be sure: at once, with one line that says why.

Going on in doubt is how records are lost or doubled. The supervisor starts the worker again, and its
first act fences whatever the old one left behind.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable
from typing import NoReturn, TypeVar

_T = TypeVar("_T")
EXIT_IN_DOUBT = 3


class Doubt(Exception):
    """The outcome of something is unknown or the broker is away: end, and let the next owner look."""


class Hung(Exception):
    """Our own code did not come back in time; a thread cannot be ended, so the process is."""


async def bounded(work: Awaitable[_T], seconds: float, what: str, error: type[Exception] = Doubt) -> _T:
    """The result, or `error` with a sentence after that many seconds."""
    try:
        async with asyncio.timeout(seconds) as limit:
            return await work
    except TimeoutError as late:
        if not limit.expired():
            raise
        raise error(f"{what} did not end within {seconds:g} s") from late


def exit_in_doubt(reason: str) -> NoReturn:
    """Print the reason on one line of standard error and end the process with code 3."""
    try:
        print(f"worker stops: {' '.join(reason.split())}", file=sys.stderr, flush=True)
    finally:  # also when nobody can be told any more
        os._exit(EXIT_IN_DOUBT)
