"""Liveness judged from outside: a process whose progress file grows old lives but does not move, and is killed."""

import asyncio
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from gateway.children import Child
from gateway.supervisor import Supervisor
from workers.runtime.progress import Told, read_progress

STUCK_SECONDS = 30.0
LOOK_SECONDS = 5.0


async def watch_progress(supervisor: Supervisor, work: Path) -> None:
    """Look at every progress file for ever; kill the process of one that stopped telling."""
    seen: set[int] = set()
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        told = list(read_progress(work))
        seen.update(one.pid for one in told)
        for role, reason in stuck(supervisor.children, told, seen, time.monotonic()):
            supervisor.kill_stuck(role, reason)


def stuck(
    children: Mapping[str, Child], told: Sequence[Told], seen: Collection[int], now: float
) -> list[tuple[str, str]]:
    """(role, reason) of each child that tells of something too old, or long after its start still nothing.

    `now` is the monotonic clock, which progress files carry, so that a jump of the wall clock kills nobody. A file
    belongs to the process whose id it carries: what an earlier one left behind says nothing of this one. `seen` are
    the process ids that ever told of something.
    """
    return [
        (role, reason)
        for role, child in children.items()
        if child.exit_code is None and child.program.tells_progress
        for reason in _reasons(child, [one for one in told if one.pid == child.pid], child.pid in seen, now)
    ]


def _reasons(child: Child, told: Sequence[Told], ever: bool, now: float) -> Iterator[str]:
    old = [one for one in told if one.state != "closed" and one.age(now) > STUCK_SECONDS]
    alone = now - child.started
    if old:
        yield f"{old[0].stage}-{old[0].partition} has not moved for {old[0].age(now):.0f} s"
    elif not ever and alone > child.program.ready_seconds + STUCK_SECONDS:
        yield f"has told of no progress in the {alone:.0f} s since its start"
