"""A case system in its smallest form: reads its queue, takes each case up once, and says so on `outcomes`.

    python -m deploy.examples.case_system --kafka localhost:9092 --queue complaints

It needs nothing of the gateway but the published contract (schemas/published). Three things matter, whatever
the language: isolation.level=read_committed, the offset is committed after the work, and `ce_id` is the
idempotency key, because a crash between work and commit brings the same record again.
"""

import argparse
import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer


class Ledger:
    """What was already worked on, by `ce_id`. A real case system has this in its database."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._done = set(path.read_text().split()) if path.exists() else set()

    def is_new(self, ce_id: str) -> bool:
        """Whether this event was not worked on before."""
        return ce_id not in self._done

    def done(self, ce_id: str) -> None:
        """Remember it, after the work."""
        self._done.add(ce_id)
        with self._path.open("a") as file:
            file.write(ce_id + "\n")


async def work(bootstrap: str, queue: str, prefix: str, ledger: Ledger, until_idle: float | None) -> int:
    """Read the queue; answers how many new events there were. `until_idle` seconds of silence end it."""
    consumer = AIOKafkaConsumer(
        f"{prefix}queue.{queue}",
        bootstrap_servers=bootstrap,
        group_id=f"case-system-{queue}",
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)
    await consumer.start()
    await producer.start()
    new = 0
    try:
        while True:
            batch = await consumer.getmany(timeout_ms=int((until_idle or 3600) * 1000))
            if not batch:
                return new
            for records in batch.values():
                for record in records:
                    ce_id = dict(record.headers)["ce_id"].decode()
                    if ledger.is_new(ce_id):
                        await take_up(json.loads(record.value), producer, prefix)
                        ledger.done(ce_id)
                        new += 1
            await consumer.commit()
    finally:
        await consumer.stop()
        await producer.stop()


async def take_up(event: dict[str, Any], producer: AIOKafkaProducer, prefix: str) -> None:
    """Show the event; a newly opened case is taken up, and the complainant's timeline says so."""
    message = event.get("message") or {}
    print(f"{event['type']:26} {event['reference']}  {message.get('text', '')[:60]!r}", flush=True)
    if event["type"] != "complaint.opened":
        return
    outcome = {
        "type": "taken_up",
        "reference": event["reference"],
        "case_key": event["case_key"],
        "at": datetime.now(UTC).isoformat(),
        "outcome_id": f"taken-up-{event['reference']}",
        "by": "example case system",
    }
    await producer.send_and_wait(f"{prefix}outcomes", json.dumps(outcome).encode())


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--kafka", required=True, metavar="HOST:PORT", help="bootstrap address (run.json: kafka)"
    )
    parser.add_argument("--queue", default="complaints", help="which queue to read (default complaints)")
    parser.add_argument("--prefix", default="", help="GATEWAY_TOPIC_PREFIX of the gateway")
    parser.add_argument(
        "--ledger", type=Path, default=Path("case-system.ledger"), help="file of finished ce_ids"
    )
    parser.add_argument("--until-idle", type=float, metavar="SECONDS", help="stop after so much silence")
    chosen = parser.parse_args()
    ledger = Ledger(chosen.ledger)
    new = asyncio.run(work(chosen.kafka, chosen.queue, chosen.prefix, ledger, chosen.until_idle))
    print(f"{new} new events")


if __name__ == "__main__":
    main()
