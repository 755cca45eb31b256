"""Liveness judged from outside: a worker whose progress file grows old lives but does not move, and is killed."""

import asyncio
import json
import time
from pathlib import Path

from gateway.supervisor import Supervisor

STUCK_SECONDS = 30.0
LOOK_SECONDS = 5.0


async def watch_progress(supervisor: Supervisor, work: Path) -> None:
    """Look at every progress file for ever; kill the process of one that stopped telling."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        for role, reason in stuck(work, time.monotonic()):
            if role in supervisor.roles:
                await supervisor.kill_stuck(role, reason)


def stuck(work: Path, now: float) -> list[tuple[str, str]]:
    """(role, reason) of each worker folder whose progress file is too old; closed partitions do not count.

    `now` is the monotonic clock, which progress files carry, so that a jump of the wall clock kills nobody.
    """
    found = {}
    for path in work.glob("*/*.progress.json"):
        facts = json.loads(path.read_text())
        age = now - float(facts["monotonic"])
        if facts["state"] != "closed" and _alive(int(facts["pid"])) and age > STUCK_SECONDS:
            found[path.parent.name] = f"{facts['stage']}-{facts['partition']} has not moved for {age:.0f} s"
    return list(found.items())


def _alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()
