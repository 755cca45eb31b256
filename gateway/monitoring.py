"""The role that watches: every second a picture for the pages, for `gateway lag`, and for Prometheus.

It judges from outside, so it must outlive what it judges: with Kafka or the database away it goes on, says
so in the picture, and still tells how long people have been waiting.
"""

import asyncio
import errno
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIServer

from prometheus_client import start_http_server

from channels.tasks import joined
from gateway import room
from gateway.bootstrap import Parts
from gateway.doors import ask_doors
from gateway.drifting import DriftWatch
from gateway.monitor_metrics import MonitorMetrics
from gateway.picture import Facts, ask_spool, ask_view, picture
from gateway.ports import Ports
from gateway.probing import Prober, own_words
from gateway.projecting import case_view
from gateway.sources import source_notes, source_states
from gateway.uncollected import UncollectedWatch
from schemas.errors import Misconfigured, Unavailable
from schemas.operations import Operations
from workers.monitor.watch import Watch
from workers.project.view import CaseView
from workers.replay.shelf import Shelf, Shelved
from workers.storage.kafka import KafkaError

LOG = logging.getLogger(__name__)
FILE = "operations.json"
EVERY_SECONDS = 1.0
LOOK_SECONDS = 6.0
VIEW_SECONDS = 2.0
CHATTY = ("aiokafka.consumer.consumer", "aiokafka.consumer.subscription_state")
"""Loggers that tell of every look."""
AWAY = (KafkaError, OSError, TimeoutError, Unavailable)


async def monitor(parts: Parts, stop: asyncio.Event, ready: Callable[[str], None]) -> None:
    """Measure until `stop`; the picture is in the data folder, the metrics on a port of their own."""
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
    parts.settings.data_dir.mkdir(parents=True, exist_ok=True)
    metrics = MonitorMetrics()
    port = parts.settings.metrics_port or Ports(parts.settings.data_dir).port("metrics")
    server, thread = _serve(parts.settings.metrics_host, port, metrics)
    view = case_view(parts)
    try:
        watching = Monitor(parts, view)
        beside = watching.beside(Prober(parts, view), DriftWatch(parts, view))
        await watching.tell(metrics)
        ready(f"with metrics on http://{parts.settings.metrics_host}:{port}/metrics")
        while not stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), EVERY_SECONDS)
                break
            for one in beside:
                if one.done():
                    one.result()
            await watching.tell(metrics)
        for one in beside:
            one.cancel()
        await asyncio.wait(beside)
        await watching.close()
    finally:
        await view.aclose()
        server.shutdown()
        server.server_close()
        thread.join()


async def measure(parts: Parts, seconds: float) -> Operations:
    """A picture without a monitor: look for so long, for a verdict needs more than one look."""
    view = case_view(parts)
    watching = Monitor(parts, view)
    deadline = time.monotonic() + seconds
    try:
        await watching.uncollected.look()
        taken = await watching.take()
        while taken.stages and time.monotonic() < deadline:
            await asyncio.sleep(EVERY_SECONDS)
            taken = await watching.take()
    finally:
        await watching.close()
        await view.aclose()
    if not taken.stages:
        raise Unavailable("; ".join(taken.notes))
    return taken


class Monitor:
    """Takes pictures; what cannot be reached is opened again for the next one."""

    def __init__(self, parts: Parts, view: CaseView) -> None:
        self._parts = parts
        self._view = view
        self._data: Path = parts.settings.data_dir
        self._watch: Watch | None = None
        self._shelf: Shelf | None = None
        self._facts = Facts()
        self._asked = float("-inf")
        self.uncollected = UncollectedWatch(parts)
        self._own_words = own_words(parts.settings)
        self._prober: Prober | None = None
        self._drift: DriftWatch | None = None
        self.letters: Sequence[Shelved] = ()
        """The dead letters of the last picture."""

    def beside(self, prober: Prober, drift: DriftWatch) -> list[asyncio.Task[None]]:
        """Start what has a pace of its own, and show in each picture what it found last."""
        self._prober, self._drift = prober, drift
        return [joined(one.run()) for one in (self.uncollected, prober, drift)]

    async def tell(self, metrics: MonitorMetrics) -> None:
        """A picture, for Prometheus and into its file."""
        taken = await self.take()
        metrics.show(taken, self.letters)
        await asyncio.to_thread(_write, self._data / FILE, taken)

    async def take(self) -> Operations:
        """A picture of now."""
        now = datetime.now(UTC)
        facts = await self._people(now)
        facts.claims += self.uncollected.claims
        facts.notes += self.uncollected.notes
        facts.sources = await asyncio.to_thread(source_states, self._data, now, self.uncollected.counts)
        facts.notes += [note for note in source_notes(facts.sources) if note not in facts.notes]
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await self._kafka(facts)
        except AWAY as error:
            LOG.warning("Kafka could not be looked at: %s", str(error) or type(error).__name__)
            facts.notes.append(f"Kafka at {self._parts.settings.kafka_bootstrap} does not answer")
            await self.close()
        except Misconfigured as error:
            facts.notes.append(str(error))
            await self.close()
        self.letters = facts.letters
        if self._prober is not None:
            facts.synthetic, facts.notes = self._prober.states(), [*facts.notes, *self._prober.notes()]
        if self._drift is not None:
            facts.drift, facts.notes = self._drift.states, [*facts.notes, *self._drift.notes]
        return picture(facts, now, self._data / "work")

    async def close(self) -> None:
        """Let go of Kafka, bounded."""
        watch, shelf, self._watch, self._shelf = self._watch, self._shelf, None, None
        for one in (watch, shelf):
            if one is not None:
                await one.close()

    async def _people(self, now: datetime) -> Facts:
        """View and spool, asked every other second; in between what they said last."""
        if time.monotonic() - self._asked >= VIEW_SECONDS:
            self._facts = Facts()
            await ask_view(self._view, self._facts, now)
            await asyncio.to_thread(ask_spool, self._data / "spool", self._facts, self._own_words)
            await ask_doors(self._parts.settings.doors, self._facts)
            self._facts.free_bytes = await asyncio.to_thread(room.free, self._parts.settings)
            self._facts.notes += room.scarce(self._parts.settings, self._facts.free_bytes)
            self._asked = time.monotonic()
        said = self._facts
        return replace(said, claims=list(said.claims), notes=list(said.notes))

    def _is_own(self, record: Any) -> bool:
        at = datetime.fromtimestamp(record.timestamp / 1000, UTC)
        return self._own_words(record.value or b"", at)

    async def _kafka(self, facts: Facts) -> None:
        if self._watch is None or self._shelf is None:
            self._watch = Watch(self._parts.cluster, self._view, is_own=self._is_own)
            self._shelf = Shelf(self._parts.cluster)
            await self._watch.open()
            await self._shelf.open()
        facts.look = await self._watch.look()
        await self._shelf.refresh()
        facts.letters = list(self._shelf.letters.values())


def _serve(host: str, port: int, metrics: MonitorMetrics) -> tuple[WSGIServer, Thread]:
    try:
        return start_http_server(port, host, registry=metrics.registry)
    except OSError as error:
        taken = error.errno in (errno.EADDRINUSE, errno.EACCES)
        setting = "GATEWAY_METRICS_PORT" if taken else "GATEWAY_METRICS_HOST"
        cure = "choose another, or 0 for a free one" if taken else "it is no address of this machine"
        raise Misconfigured(
            setting, f"{host}:{port} cannot be listened on: {error.strerror}; {cure}"
        ) from error


def _write(path: Path, taken: Operations) -> None:
    try:
        fresh = path.with_suffix(".new")
        fresh.write_bytes(taken.to_bytes())
        fresh.replace(path)
    except OSError as error:  # a full disk: the metrics go on telling, and the next second tries again
        LOG.warning("%s could not be written: %s", path, error.strerror)
