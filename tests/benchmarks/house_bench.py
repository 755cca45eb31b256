"""The whole house under 50 complaints a second: how long until the answer was accepted, and what memory it takes.

`python -m tests.benchmarks.house_bench` starts `gateway up --sandbox`, sends complaints by form (with a telephone
number) and SMS in turn at a steady rate, and prints one JSON object. Latency is from the moment the complaint was
confirmed (201 to the form, 200 to the webhook) to the moment the stand-in for Twilio accepted the acknowledgement.
Memory is the proportional set size (PSS), which counts shared pages once.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from datetime import datetime
from pathlib import Path

import httpx
import psutil

from tests.acceptance.customers import network
from tests.acceptance.house import House

LINGER_SECONDS = 15.0
WARM_UP = 20


_THINGS = ("parcel", "invoice", "lift", "washing machine", "contract", "refund", "boiler", "ticket", "router")
_TROUBLES = (
    "never arrived although your page says that it was delivered",
    "is wrong for the third month in a row and nobody explains why",
    "has been out of order since last week and my mother cannot leave the house",
    "was cancelled without a word, and I found out at the counter",
    "makes a noise that keeps the whole family awake until morning",
    "was promised twice on the telephone and then denied in writing",
    "came broken, and the shop sends me to you while you send me to the shop",
)
_PLACES = ("Leeds", "Porto", "Graz", "Lyon", "Turin", "Ghent", "Oslo", "Cork", "Brno", "Malmo", "Basel")
_WISHES = (
    "Please look into it and tell me what you find.",
    "I want my money back.",
    "Who is responsible for this?",
    "Send somebody who can repair it.",
    "An apology would be the least.",
)


def text(number: int) -> str:
    """A complaint that is not its neighbour's with another number: near copies would be a campaign."""
    thing, trouble = _THINGS[number % len(_THINGS)], _TROUBLES[number % len(_TROUBLES)]
    place = _PLACES[number % len(_PLACES)]
    return f"My {thing} in {place} (customer number {number}) {trouble}. {_WISHES[number % len(_WISHES)]}"


def phone(number: int) -> str:
    """A telephone number for each complaint, so that the answer tells which one it is for."""
    return f"+1415{5550000 + number:07d}"


async def send(client: httpx.AsyncClient, house_url: str, twilio_url: str, number: int) -> float:
    """One complaint; the wall clock when it was confirmed."""
    said = text(number)
    if number % 2:
        answer = await client.post(f"{twilio_url}/_sandbox/sms", json={"from": phone(number), "body": said})
    else:
        answer = await client.post(
            f"{house_url}/complain",
            json={"description": said, "phone": phone(number)},
            headers=network(number),
        )
    assert answer.status_code == 201, answer.text
    return time.time()


async def load(house: House, numbers: range, per_second: float) -> dict[int, float]:
    """Complaints at a steady rate: number → when it was confirmed."""
    facts = house.facts()
    twilio = facts["sandbox"]["twilio"]["url"]
    async with httpx.AsyncClient(timeout=30, limits=httpx.Limits(max_connections=100)) as client:
        tasks, begin = [], asyncio.get_running_loop().time()
        for place, number in enumerate(numbers):
            await asyncio.sleep(max(0.0, begin + place / per_second - asyncio.get_running_loop().time()))
            tasks.append(asyncio.create_task(send(client, facts["http"], twilio, number)))
        confirmed = await asyncio.gather(*tasks)
    return dict(zip(numbers, confirmed, strict=True))


async def accepted(house: House, count: int) -> dict[str, float]:
    """Telephone number → when the stand-in accepted the answer, from its journal, which knows microseconds."""
    journal = house.folder / "twilio" / "twilio.jsonl"
    deadline = time.monotonic() + LINGER_SECONDS
    while True:
        rows = [json.loads(line) for line in journal.read_text().splitlines()]
        first = {row["to"]: row["created_at"] for row in reversed(rows) if row["direction"] == "outbound-api"}
        if len(first) >= count or time.monotonic() > deadline:
            return {number: datetime.fromisoformat(at).timestamp() for number, at in first.items()}
        await asyncio.sleep(0.5)


def memory(house: House) -> dict[str, float]:
    """Megabytes of each role with its children."""
    used = {}
    for role, pid in {**house.pids(), "supervisor": house.facts()["supervisor"]}.items():
        process = psutil.Process(pid)
        family = [process, *(process.children(recursive=True) if role != "supervisor" else [])]
        used[role] = round(sum(map(_share, family)) / 2**20, 1)
    return used


def _share(process: psutil.Process) -> float:
    """Bytes of one process; none of a fork that has ended since it was listed, as those that read messages may."""
    try:
        return float(process.memory_full_info().pss)
    except psutil.NoSuchProcess:
        return 0.0


def processor(house: House) -> dict[str, float]:
    """Seconds of processor time that each role has used so far, children included."""
    used = {}
    for role, pid in house.pids().items():
        process = psutil.Process(pid)
        times = [one.cpu_times() for one in (process, *process.children(recursive=True))]
        used[role] = sum(one.user + one.system for one in times)
    return used


def quantile(values: list[float], share: float) -> float:
    """In milliseconds."""
    return round(statistics.quantiles(values, n=1000)[int(share * 1000) - 1] * 1000, 1)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--per-second", type=float, default=50)
    chosen = parser.parse_args()
    count = int(chosen.seconds * chosen.per_second)
    with tempfile.TemporaryDirectory() as folder, House(Path(folder)) as house:
        asyncio.run(load(house, range(WARM_UP), 10))  # first records: connections, caches
        before, began = processor(house), time.monotonic()
        confirmed = asyncio.run(load(house, range(WARM_UP, WARM_UP + count), chosen.per_second))
        answers = asyncio.run(accepted(house, WARM_UP + count))
        after, took = processor(house), time.monotonic() - began
        used = memory(house)
    waits = [answers[phone(n)] - at for n, at in confirmed.items() if phone(n) in answers]
    print(
        json.dumps(
            {
                "complaints": count,
                "per_second": chosen.per_second,
                "answered": len(waits),
                "ack_p50_ms": quantile(waits, 0.5),
                "ack_p99_ms": quantile(waits, 0.99),
                "seconds": round(took, 1),
                "cpu_ms_per_complaint": {
                    role: round((after[role] - before[role]) * 1000 / count, 1) for role in after
                },
                "memory_mb": used,
                "memory_total_mb": round(sum(used.values()), 1),
            }
        )
    )


if __name__ == "__main__":
    main()
