"""A project worker for tests, until SIGTERM; it can die by SIGKILL right after a database commit.

`python -m tests.integration.project.worker '{"bootstrap", "prefix", "url", "instance", "die_after"}'`
"""

import asyncio
import json
import logging
import os
import signal
import sys
from typing import Any

from schemas.errors import GatewayError
from workers.project import store
from workers.project.consumer import ProjectOptions, run_project
from workers.project.positions import Moved
from workers.storage.kafka import Cluster


def die_after_commit(commits: int) -> None:
    """Arrange for the process to be killed between a database commit and everything after it."""
    left = iter(range(commits - 1, -1, -1))
    apply = store.apply

    def apply_and_die(*arguments: Any) -> Any:
        cases = apply(*arguments)
        if next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return cases

    setattr(store, "apply", apply_and_die)  # noqa: B010 - a seam that only this test needs


async def main(told: dict[str, Any]) -> int:
    """Run; the exit code is 3 when the view has moved without us, 2 when it does not fit."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    if told.get("die_after"):
        die_after_commit(told["die_after"])
    cluster = Cluster(told["bootstrap"], topic_prefix=told["prefix"])
    options = ProjectOptions(
        instance=told["instance"],
        batch_records=told.get("batch", 50),
        session_seconds=6.0,
        retry_seconds=(0.2, 1.0),
    )
    try:
        await run_project(cluster, told["url"], stop, options)
    except Moved as error:
        print(f"moved: {error}", flush=True)
        return 3
    except GatewayError as error:
        print(f"{type(error).__name__}: {error}", flush=True)
        return 2
    return 0


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    sys.exit(asyncio.run(main(json.loads(sys.argv[1]))))
