"""How fast the case view is made anew from its events, on one broker and SQLite. Prints JSON.

`python -m tests.benchmarks.project_bench --cases 20000`
"""

import argparse
import asyncio
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

from deploy.local.kafka import LocalKafka
from tests.integration.project.scene import life, make_topics, tell
from workers.project.rebuild import rebuild
from workers.storage.kafka import Cluster

_CASES_AT_ONCE = 2_000


async def measure(cluster: Cluster, url: str, cases: int) -> dict[str, float]:
    """Events per second of a rebuild, and memory of this process."""
    await make_topics(cluster)
    for first in range(0, cases, _CASES_AT_ONCE):
        await tell(cluster, life(range(first, min(first + _CASES_AT_ONCE, cases))))
    began, cpu = time.monotonic(), time.process_time()
    await rebuild(cluster, url, lambda done, of: None)
    seconds = time.monotonic() - began
    return {
        "events": cases * 3,
        "events_per_second": round(cases * 3 / seconds),
        "events_per_cpu_second": round(cases * 3 / (time.process_time() - cpu)),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def main() -> int:
    """Measure once and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--cases", type=int, default=20_000, help="cases of three events each (default 20000)"
    )
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, LocalKafka(Path(scratch) / "kafka") as kafka:
        url = f"sqlite:///{Path(scratch) / 'view.db'}"
        print(json.dumps(asyncio.run(measure(Cluster(kafka.bootstrap), url, chosen.cases))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
