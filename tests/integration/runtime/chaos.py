"""Random accidents over a stream of identities, and a count of what came out.

`python -m tests.integration.runtime.chaos --seed 7 --ids 20000 --faults 200 --brokers 3` prints one JSON
line; exit code 1 when an identity was lost or doubled. A seed gives the same faults in the same order; when
they strike depends on the machine.
"""

import argparse
import asyncio
import json
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.kafka import LocalKafka
from tests.integration.runtime.harness import Worker, make_topics, read_all
from workers.storage.kafka import Cluster

_CHUNK = 50
_PACE_SECONDS = 0.05
_FREEZE_SECONDS = 9.0
_STANDSTILL_SECONDS = 60
_IN_DOUBT = 3


@dataclass
class Report:
    """What happened."""

    seed: int
    ids: int
    seconds: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    exits: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    doubled: int = 0
    misnumbered: int = 0
    dead: int = 0

    @property
    def clean(self) -> bool:
        """Nothing lost, nothing twice, the state agrees."""
        return not (self.lost or self.doubled or self.misnumbered or self.dead)


class Chaos:
    """A run: feed, break, heal, count."""

    def __init__(
        self, kafka: LocalKafka, report: Report, folder: Path, transactor: str, brokers: int
    ) -> None:
        self._kafka, self._report, self._brokers = kafka, report, brokers
        self._dice = random.Random(report.seed)
        self._cluster = Cluster(kafka.bootstrap, topic_prefix=f"c{report.seed}.")
        self._slots = [
            Worker(
                self._cluster,
                folder,
                f"w{number}",
                stage="Numbered",
                transactor=transactor,
                batch_records=5 * brokers,
                retry_seconds=[0.1, 1.0],
            )
            for number in range(3)
        ]
        self._wanted = {0, 1}
        self._frozen: set[int] = set()
        self._enough = asyncio.Event()

    async def run(self, faults: int, kinds: list[str]) -> Report:
        """Feed all identities while that many faults of these kinds happen, then let it heal and count."""
        began = time.monotonic()
        await make_topics(self._cluster, replication=self._brokers)
        watching = asyncio.create_task(self._supervise())
        try:
            feeding = asyncio.create_task(self._feed(self._report.ids))
            for _ in range(faults):
                await asyncio.sleep(self._dice.uniform(0.5, 1.5))
                await self._strike(self._dice.choice(kinds))
            self._enough.set()
            await feeding
            await self._settle()
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            for slot in self._slots:
                if slot.process is not None:
                    slot.kill9()
        await self._count()
        self._report.seconds = round(time.monotonic() - began, 1)
        return self._report

    async def _feed(self, least: int) -> None:
        """At a steady pace for as long as faults happen, and until the least number is reached.

        One idempotent producer, so that a broker that went away in the middle doubles nothing by itself.
        """
        self._report.ids = 0
        producer = self._cluster.producer(request_seconds=40)
        await producer.start()
        topic = self._cluster.topic("ids.in")
        while self._report.ids < least or not self._enough.is_set():
            first = self._report.ids
            sent = [await producer.send(topic, b"v", key=b"id-%d" % n) for n in range(first, first + _CHUNK)]
            await asyncio.gather(*sent)
            self._report.ids += _CHUNK
            await asyncio.sleep(_PACE_SECONDS * self._brokers)
        await producer.stop()

    async def _supervise(self) -> None:
        """Start what should run and has ended."""
        while True:
            for number, slot in enumerate(self._slots):
                if number in self._wanted and (slot.process is None or slot.code is not None):
                    if slot.process is not None:
                        self._report.exits[str(slot.code)] += 1
                    slot.start()
            await asyncio.sleep(0.2)

    async def _strike(self, kind: str) -> None:
        strikes: dict[str, Callable[[Worker], Awaitable[None]]] = {
            "kill": self._kill,
            "freeze": self._freeze,
            "restart": self._restart,
            "scale": self._scale,
            "broker": self._break_broker,
        }
        running = [n for n in sorted(self._wanted - self._frozen) if self._slots[n].process is not None]
        if running:
            self._report.faults[kind] += 1
            await strikes[kind](self._slots[self._dice.choice(running)])

    async def _kill(self, slot: Worker) -> None:
        slot.signal(signal.SIGKILL)

    async def _freeze(self, slot: Worker) -> None:
        number = self._slots.index(slot)
        self._frozen.add(number)
        slot.signal(signal.SIGSTOP)
        await asyncio.sleep(_FREEZE_SECONDS)
        slot.signal(signal.SIGCONT)
        self._frozen.discard(number)

    async def _restart(self, slot: Worker) -> None:
        slot.signal(signal.SIGTERM)

    async def _scale(self, slot: Worker) -> None:
        """To three workers, down to one, and back to two."""
        wanted = {2: {0, 1, 2}, 3: {0}, 1: {0, 1}}[len(self._wanted)]
        for number in self._wanted - wanted:
            self._slots[number].signal(signal.SIGTERM)
        self._wanted = wanted

    async def _break_broker(self, slot: Worker) -> None:
        node = self._dice.randint(1, self._brokers)
        await asyncio.to_thread(self._kafka.kill9, node)
        await asyncio.sleep(self._dice.uniform(0.0, 2.0))
        await asyncio.to_thread(self._kafka.restart, node)

    async def _settle(self) -> None:
        """Until all is there, or something is there twice and nothing can mend that, or nothing moves."""
        before, moved = 0, time.monotonic()
        while time.monotonic() - moved < _STANDSTILL_SECONDS:
            times = Counter(record.key for record in await read_all(self._cluster, "ids.out"))
            await asyncio.sleep(1)
            if len(times) == self._report.ids or times.total() > len(times):
                return
            if len(times) > before:
                before, moved = len(times), time.monotonic()

    async def _count(self) -> None:
        found = await read_all(self._cluster, "ids.out")
        times = Counter(record.key for record in found)
        self._report.lost = self._report.ids - len(times)
        self._report.doubled = sum(1 for count in times.values() if count > 1)
        self._report.dead = len(await read_all(self._cluster, "ids.dead"))
        numbers = [tuple(map(int, record.value.split(b"/"))) for record in found]
        for partition in {one[0] for one in numbers}:
            mine = sorted(number for place, number in numbers if place == partition)
            self._report.misnumbered += mine != list(range(len(mine)))


def run(
    seed: int, ids: int, faults: int, *, brokers: int = 1, transactor: str = "Transactor", kinds: str = ""
) -> Report:
    """One run on a cluster of its own. `kinds`: names of faults, comma-separated; empty for all of them."""
    chosen = kinds.split(",") if kinds else ["kill"] * 5 + ["restart"] * 2 + ["freeze", "scale", "broker"]
    with (
        tempfile.TemporaryDirectory() as folder,
        LocalKafka(Path(folder) / "kafka", brokers=brokers) as kafka,
    ):
        chaos = Chaos(kafka, Report(seed, ids), Path(folder), transactor, brokers)
        return asyncio.run(chaos.run(faults, chosen))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--ids", type=int, default=20_000)
    parser.add_argument("--faults", type=int, default=100)
    parser.add_argument("--brokers", type=int, default=1, choices=(1, 3))
    parser.add_argument(
        "--transactor", default="Transactor", help="or Unfenced, OffsetsOutside: both must show"
    )
    parser.add_argument("--kinds", default="", help="such as kill,freeze,broker; all when empty")
    told = parser.parse_args()
    report = run(
        told.seed, told.ids, told.faults, brokers=told.brokers, transactor=told.transactor, kinds=told.kinds
    )
    print(json.dumps(vars(report) | {"clean": report.clean}))
    sys.exit(0 if report.clean else 1)


if __name__ == "__main__":
    main()
