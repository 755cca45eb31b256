"""A worker process for tests: runs one of the test stages until SIGTERM.

`python -m tests.integration.runtime.worker '{"bootstrap": …, "stage": …, "transactor": …, "options": {…}}'`
SIGUSR1 moves its clock six hours ahead, SIGUSR2 twelve hours back.
"""

import asyncio
import json
import logging
import signal
import sys
import time
from pathlib import Path
from typing import Any

from schemas.errors import Unavailable
from tests.integration.runtime import doubles, stages
from workers.runtime.options import RunOptions
from workers.runtime.run import run_with
from workers.storage.kafka import Cluster


async def main(told: dict[str, Any]) -> None:
    """Run what was told."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, _jump, 6 * 3600)
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR2, _jump, -12 * 3600)
    options = dict(told["options"])
    options["work_dir"] = Path(options["work_dir"])
    stage = getattr(stages, told["stage"])()
    transactor = getattr(doubles, told["transactor"])
    cluster = Cluster(told["bootstrap"], topic_prefix=told["prefix"])
    await run_with(transactor, stage, cluster, RunOptions(**options, status=_say), stop)


def _jump(seconds: float) -> None:
    """The wall clock of this process jumps."""
    before = time.time
    time.time = lambda: before() + seconds


def _say(status: object) -> None:
    print(status, file=sys.stderr, flush=True)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    try:
        asyncio.run(main(json.loads(sys.argv[1])))
    except Unavailable as away:
        sys.exit(f"worker cannot start: {away}")
