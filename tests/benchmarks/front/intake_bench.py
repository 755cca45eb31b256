"""HTTP intake beside bare Starlette + aiokafka acks=all, in one run: `python -m tests.benchmarks.front.intake_bench`.

32 connections, 1 KB bodies, one server process at a time on the same broker, rounds interleaved so that both
meet the same machine. Prints JSON; `ratio` is webhooks of ours to bare, the median over the rounds;
`cpu_ratio` is the same for the server's CPU per request, which a busy machine blurs less.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import uvloop

from deploy.local.kafka import LocalKafka
from deploy.local.ports import free_ports
from schemas import topics
from workers.storage.kafka import Cluster
from workers.storage.kafka_topics import TopicFacts, create_topics

CONNECTIONS = 32
FORM = b"&".join(b"field%02d=" % number + b"x" * 40 for number in range(20))[:1024]
JSON = json.dumps({"description": "The lift is broken. " * 45, "email": "anna@example.org"}).encode()
LOADS = {"bare": ("bare", "/in/sms", b"application/x-www-form-urlencoded", FORM),
         "webhook": ("ours", "/in/sms", b"application/x-www-form-urlencoded", FORM),
         "form": ("ours", "/complain", b"application/json", JSON)}  # fmt: skip


async def _client(port: int, request: bytes, until: float, took: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.monotonic() < until:
        begin = time.monotonic()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 20"):
            raise RuntimeError(head.decode("latin-1"))
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        took.append(time.monotonic() - begin)
    writer.close()


async def _load(server: psutil.Process, port: int, load: str, seconds: float) -> dict[str, float]:
    _, path, kind, body = LOADS[load]
    head = b"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
    request = head % (path.encode(), kind, len(body)) + body
    took: list[float] = []
    await _clients(port, request, 0.5, [])
    begin, used = time.monotonic(), _cpu(server)
    await _clients(port, request, seconds, took)
    took.sort()
    return {
        "cpu_us": round((_cpu(server) - used) / len(took) * 1e6),
        "requests_per_second": round(len(took) / (time.monotonic() - begin)),
        "p50_ms": round(took[len(took) // 2] * 1000, 1),
        "p99_ms": round(took[int(len(took) * 0.99)] * 1000, 1),
    }


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


async def _clients(port: int, request: bytes, seconds: float, took: list[float]) -> None:
    until = time.monotonic() + seconds
    await asyncio.gather(*(_client(port, request, until, took) for _ in range(CONNECTIONS)))


def measure(load: str, bootstrap: str, seconds: float) -> dict[str, float]:
    """One server process, one load."""
    server = LOADS[load][0]
    (port,) = free_ports(1)
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-m", "tests.benchmarks.front.doors", server, str(port), bootstrap, folder]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            assert process.stdout is not None
            if process.stdout.readline().strip() != b"ready":
                raise RuntimeError(f"{server} did not start")
            return uvloop.run(_load(psutil.Process(process.pid), port, load, seconds))
        finally:
            process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()


def run(rounds: int, seconds: float) -> dict[str, object]:
    """All loads in turn, `rounds` times."""
    with tempfile.TemporaryDirectory() as folder, LocalKafka(Path(folder)) as kafka:
        deliveries = topics.DELIVERIES
        facts = TopicFacts(deliveries.name, 3, 1, deliveries.configs())
        asyncio.run(create_topics(Cluster(kafka.bootstrap), [facts]))
        results = {load: [] for load in LOADS}  # type: dict[str, list[dict[str, float]]]
        for _ in range(rounds):
            for load, found in results.items():
                found.append(measure(load, kafka.bootstrap, seconds))
    best = {load: max(found, key=lambda one: one["requests_per_second"]) for load, found in results.items()}
    return {
        "ratio": _ratio(results, "requests_per_second", "webhook", "bare"),
        "ratio_form": _ratio(results, "requests_per_second", "form", "bare"),
        "cpu_ratio": _ratio(results, "cpu_us", "bare", "webhook"),
        "cpu_ratio_form": _ratio(results, "cpu_us", "bare", "form"),
        "best": best,
    }


def _ratio(results: dict[str, list[dict[str, float]]], what: str, one: str, other: str) -> float:
    pairs = zip(results[one], results[other], strict=True)
    return round(statistics.median(a[what] / b[what] for a, b in pairs), 2)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0)
    chosen = parser.parse_args()
    print(json.dumps(run(chosen.rounds, chosen.seconds)))
