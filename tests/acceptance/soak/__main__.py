"""`make soak`: the whole house for an hour with ordinary complaints on every channel, nothing broken on purpose.

Exit code 1 when a process ended or was replaced, somebody still waits at the end, a process grew by more than one
per cent over the last two thirds of the time, or a line of trouble stands more than ten times in the logs.
"""

import argparse
import asyncio
import json
import shutil
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import httpx

from tests.acceptance.house import House
from tests.acceptance.soak.growth import Sample, growth
from tests.acceptance.soak.people import People
from tests.acceptance.soak.trouble import troubles
from tests.benchmarks.house_bench import memory

SAMPLE_SECONDS = 30.0
DRAIN_SECONDS = 120.0
MOST_GROWTH, MOST_LINES = 0.01, 10
LATE_SHARE = 2 / 3
"""The part of the time in which nothing may grow: before it caches fill."""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.acceptance.soak", description=__doc__)
    parser.add_argument(
        "--seconds", type=float, default=3600.0, help="how long people complain (default 3600)"
    )
    parser.add_argument("--complaints", type=int, default=900, help="how many, spread evenly (default 900)")
    parser.add_argument("--report", type=Path, default=Path("build/soak.json"))
    return parser.parse_args()


async def live(house: House, count: int, seconds: float) -> tuple[dict[str, int], dict[str, list[Sample]]]:
    """Complaints by channel, and each process's memory over time."""
    sizes: dict[str, list[Sample]] = {}
    begin = time.monotonic()
    async with httpx.AsyncClient(timeout=30) as client:
        people = People(house, client)
        talking = asyncio.create_task(people.complain(count, seconds))
        try:
            while not talking.done():
                for role, size in (await asyncio.to_thread(memory, house)).items():
                    sizes.setdefault(role, []).append((time.monotonic() - begin, size))
                print(
                    f"{time.monotonic() - begin:6.0f} s  {sum(people.said.values())} of {count} said",
                    flush=True,
                )
                await asyncio.wait({talking}, timeout=SAMPLE_SECONDS)
            await talking
        finally:
            talking.cancel()
            people.close()
    return people.said, sizes


def drained(house: House) -> dict[str, Any]:
    """The headline of `gateway lag` once nobody waits, or as it stands when the time for it is over."""
    deadline = time.monotonic() + DRAIN_SECONDS
    while True:
        told: dict[str, Any] = json.loads(house.command("lag", "--json").stdout or "{}")
        behind = sum(one["lag_records"] for one in told.get("partitions", ()))
        if told and not behind and not told["waiting"]:
            return told
        if time.monotonic() > deadline:
            return told
        time.sleep(2)


def judged(
    before: dict[str, int],
    after: dict[str, int],
    sizes: dict[str, list[Sample]],
    lag: dict[str, Any],
    logs: Path,
) -> dict[str, Any]:
    """Everything that was looked at, and `wrong`: a sentence for each promise that was not kept."""
    length = max(samples[-1][0] for samples in sizes.values())
    grown = {role: growth(samples, length * LATE_SHARE) for role, samples in sizes.items()}
    often = {line: count for line, count in troubles(logs).most_common() if count > MOST_LINES}
    behind = {one["stage"]: one["lag_records"] for one in lag.get("partitions", ()) if one["lag_records"]}
    wrong = [f"{role} was replaced or ended" for role, pid in before.items() if after.get(role) != pid]
    wrong += [f"{role} grew by {one.share:.1%}" for role, one in grown.items() if one.share > MOST_GROWTH]
    wrong += [f"{stage}: {count} records were left" for stage, count in behind.items()]
    wrong += [f"{lag.get('waiting', '?')} people still wait"] if lag.get("waiting", 1) else []
    wrong += [f"{count} times: {line}" for line, count in often.items()]
    return {"growth": {role: asdict(one) for role, one in sorted(grown.items())}, "wrong": wrong}


def main() -> int:
    """Run, tell, keep the folder when something was wrong."""
    told = _arguments()
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    with House(folder) as house:
        before = house.pids()
        said, sizes = asyncio.run(live(house, told.complaints, told.seconds))
        lag = drained(house)
        found = judged(before, house.pids(), sizes, lag, house.folder / "logs")
    report = {"seconds": told.seconds, "said": said, **found}
    told.report.parent.mkdir(parents=True, exist_ok=True)
    told.report.write_text(json.dumps(report, indent=1, ensure_ascii=False))
    print(json.dumps(report, indent=1, ensure_ascii=False))
    if report["wrong"]:
        print(f"data and logs: {folder}")
        return 1
    shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
