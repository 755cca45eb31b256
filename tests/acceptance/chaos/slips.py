"""Faults that the product once had, each switched on again in a test double: what a run must notice.

Every slip is a few patches of the real thing, the faults (as `Faults.strike` takes them) that bring it out, and the
kind of finding that the judge must report.
"""

import asyncio
import itertools
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unittest.mock import patch

from channels.handed import Handed
from gateway.entries import Entry
from gateway.intake import LOG as INTAKE_LOG
from gateway.intake import Intake
from gateway.segments import Segments
from gateway.spool import Spool
from gateway.supervisor import Supervisor
from gateway.writer import Acknowledgement, Writer, away
from schemas.errors import Unavailable
from schemas.topics import DELIVERIES
from workers.letters.reading import Wish
from workers.letters.stage import Letters, Prepared
from workers.project.database import Database
from workers.reconcile import audit
from workers.runtime import partition
from workers.runtime.contract import Delta, Headers, Record, Tables
from workers.runtime.patience import Patience
from workers.triage import progress

Patches = Sequence[AbstractContextManager[Any]]
_LEFT_OUT = 6
"""Every so many-th wish for a letter, or delivery of a collector, is left out."""
_LAST = 60
"""The number of the last delivery of a collector that Kafka may not take."""


@dataclass(frozen=True, slots=True)
class Slip:
    """One of them; `patches` are entered in every process of the gateway."""

    patches: Callable[[], Patches]
    kinds: tuple[str, ...]
    finding: str


def _nothing(*_: object) -> None:
    """In place of a check."""


def _handed() -> Patches:
    """What a source gave and Kafka did not take, as now and then, is passed over by its next session."""
    real, sends = Writer.send, itertools.count(1)

    async def send(
        self: Writer, topic: str, key: str, value: bytes, headers: Headers = ()
    ) -> Acknowledgement:
        if topic == DELIVERIES.name and (number := next(sends)) <= _LAST and not number % _LEFT_OUT:
            raise away(TimeoutError())
        return await real(self, topic, key, value, headers)

    return [patch.object(Handed, "begin", _nothing), patch.object(Writer, "send", send)]


def _guard() -> Patches:
    """run.json that cannot be written ends the guard of the role, and nobody hears of it."""

    def keep(self: Supervisor, work: Coroutine[Any, Any, None], what: str) -> None:
        self._tasks.append(asyncio.create_task(work))

    return [
        patch.object(Supervisor, "_note", Supervisor._write_run_file),
        patch.object(Supervisor, "_spawn_until_it_runs", Supervisor._spawn),
        patch.object(Supervisor, "_keep", keep),
    ]


def _spool() -> Patches:
    """Whoever is to hear that the spool did not take his complaint waits for ever."""
    real = Spool.append

    async def append(self: Spool, entries: Sequence[Entry]) -> None:
        try:
            await real(self, entries)
        except Unavailable:
            await asyncio.Event().wait()

    return [patch.object(Spool, "append", append), patch.object(Intake, "_check_room", _nothing)]


def _changelog() -> Patches:
    """A stage whose changelog is gone goes on."""
    return [patch.object(partition, "check_state", _nothing)]


def _silent() -> Patches:
    """Some letters are never written, and reconcile does not look for letters."""
    real = Letters.step

    def step(self: Letters, record: Record, prepared: object, tables: Tables) -> Delta:
        if (
            isinstance(prepared, Prepared)
            and isinstance(prepared.word, Wish)
            and not record.offset % _LEFT_OUT
        ):
            return Delta()
        return real(self, record, prepared, tables)

    return [patch.object(Letters, "step", step), patch.object(audit, "_unanswered", lambda *_: iter(()))]


def _view() -> Patches:
    """The writer of the case view writes on into a file that has no name any more."""

    def check(self: Database, _connection: object, _record: object, _proxy: object) -> None:
        return

    return [patch.object(Database, "is_replaced", False), patch.object(Database, "_check", check)]


def _torn() -> Patches:
    """What the spool's disk did not keep is not counted."""
    return [patch.object(Segments, "_lose", _nothing)]


def _clock() -> Patches:
    """The time that a case system gives is believed, whatever it is."""

    def believed(at: datetime, _: datetime) -> datetime:
        return at

    return [patch.object(progress, "believed", believed)]


def _blob() -> Patches:
    """A large thing that is not there for a moment is given up."""
    return [patch.object(Patience, "is_over", lambda *_: True)]


def _words() -> Patches:
    """What people write stands in the log."""
    real = Intake.accept

    async def accept(self: Intake, channel: Any, inbounds: Any) -> list[str]:
        INTAKE_LOG.info("taken in: %s", [one.raw[:300] for one in inbounds])
        return await real(self, channel, inbounds)

    return [patch.object(Intake, "accept", accept)]


SLIPS = {
    "handed": Slip(_handed, ("kill:work-fetch",), "lost"),
    "guard": Slip(_guard, ("run file:folder",), "role gone"),
    "spool": Slip(_spool, ("full disk:spool",), "door hangs"),
    "changelog": Slip(_changelog, ("changelog:work-triage",), "deleted changelog passed over"),
    "silent": Slip(_silent, ("kill",), "reconcile silent"),
    "view": Slip(_view, ("view removed",), "view"),
    "torn": Slip(_torn, ("spool torn",), "loss not said"),
    "clock": Slip(_clock, ("clock",), "outcome ignored"),
    "blob": Slip(_blob, ("blobs away",), "dead letter"),
    "words": Slip(_words, ("kill",), "personal data in a log"),
}
