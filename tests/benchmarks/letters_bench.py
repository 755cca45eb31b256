"""How long a letter takes from `letters.due` to the provider, at a steady rate on one broker. Prints JSON.

`python -m tests.benchmarks.letters_bench --rate 50 --seconds 20`
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from deploy.local.kafka import LocalKafka
from schemas import cloudevents, topics
from schemas.letter import LETTER_DUE
from tests.integration.letters.post import Worker, make_topics, settled, wishes
from tests.integration.letters.provider import Provider
from tests.unit.letters.desk import NOON
from workers.storage.kafka import Cluster


async def measure(cluster: Cluster, folder: Path, rate: float, seconds: float) -> dict[str, float]:
    """Latencies in milliseconds, the first two seconds left out."""
    await make_topics(cluster)
    worker = Worker(cluster, folder, settings={"per_address_hour": 100_000}).start()
    producer = cluster.producer()
    await producer.start()
    wanted = {}
    try:
        began = time.time()
        for number, wish in enumerate(wishes(int(rate * seconds))):
            await asyncio.sleep(max(0.0, began + number / rate - time.time()))
            wanted[wish.letter_id] = time.time()
            headers = list(cloudevents.headers(LETTER_DUE, wish.letter_id, "/bench", NOON))
            name = cluster.topic(topics.LETTERS_DUE.name)
            await producer.send_and_wait(name, wish.to_bytes(), key=f"k{number}".encode(), headers=headers)
        await settled(cluster, len(wanted))
    finally:
        await producer.stop()
        worker.stop()
    lines = Provider(folder / "providers" / "mail").lines()
    took = [1000 * (float(str(line["at"])) - wanted[str(line["letter"])]) for line in lines]
    steady = sorted(took[int(rate * 4) :])
    return {
        "letters": len(took),
        "p50_ms": round(statistics.median(steady), 1),
        "p99_ms": round(steady[int(len(steady) * 0.99)], 1),
    }


def main() -> int:
    """Measure once and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=50, help="letters per second (default 50)")
    parser.add_argument("--seconds", type=float, default=20, help="how long (default 20)")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, LocalKafka(Path(scratch) / "kafka") as kafka:
        cluster = Cluster(kafka.bootstrap)
        print(json.dumps(asyncio.run(measure(cluster, Path(scratch), chosen.rate, chosen.seconds))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
