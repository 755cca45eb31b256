"""Stages that know nothing of complaints: identities in, each of them out exactly once."""

import asyncio
import os
import time
from collections.abc import Sequence
from pathlib import Path

from schemas.errors import Nonsense, Unavailable, Unreadable, Unsupported
from workers.runtime.contract import (
    INTERNAL_OFFSET,
    Delta,
    EffectPort,
    Effects,
    Output,
    Record,
    Table,
    Tables,
)

SEEN = Table("seen", "ids.seen")


class Ids:
    """Passes each identity on; a second record with the same key is a duplicate and passes nothing on.

    Some values make trouble, as their text says.
    """

    name = "ids"
    source = "ids.in"
    tables: tuple[Table, ...] = (SEEN,)

    def prepare(self, records: Sequence[Record]) -> Sequence[object]:
        return [self._trouble(record) for record in records]

    def step(self, record: Record, prepared: object, tables: Tables) -> Delta:
        assert record.key is not None
        if prepared == b"fault":
            raise KeyError("our own code")
        if prepared == b"future":
            raise Unsupported("a record of version 99")
        if prepared == b"unknown":
            return Delta([Output("ids.unknown", record.key, b"v")])
        if prepared == b"nowhere":
            return Delta([Output("ids.out", record.key, b"v", partition=99)], {"seen": {record.key: b"1"}})
        if isinstance(prepared, bytes) and prepared.startswith(b"large"):
            return Delta([Output("ids.out", record.key, bytes(int(prepared[5:])))])
        if isinstance(prepared, bytes) and prepared.startswith(b"away:") and not _exists(prepared[5:]):
            raise Unavailable("the file is away")
        if self.tables and tables.get("seen", record.key) is not None:
            return Delta()
        output = Output("ids.out", record.key, record.value, record.headers)
        return Delta([output], {"seen": {record.key: b"1"}} if self.tables else {})

    def dead_letter(self, record: Record, error: Unreadable) -> Output:
        return Output("ids.dead", record.key, record.value, (("cause", error.cause.encode()),))

    def effects(self, port: EffectPort) -> Effects | None:
        return None

    def _trouble(self, record: Record) -> object:
        if record.value == b"nonsense":
            return Nonsense("says what cannot be")
        if record.value == b"poison":
            os._exit(86)
        if record.value == b"hang":
            time.sleep(3600)
        return record.value


class PositionOnly(Ids):
    """Without tables: the position is the committed offset alone, as in a stage without state."""

    name = "ids-bare"
    tables = ()


def _exists(path: bytes) -> bool:
    return Path(os.fsdecode(path)).exists()


class Errands:
    """A stage with effects: each input is due first, then run outside Kafka, and its end is an input again.

    The table says `due` or `done`; an errand takes a moment, so a killed worker leaves some of them due.
    """

    name = "errands"
    source = "ids.in"
    tables: tuple[Table, ...] = (SEEN,)

    def prepare(self, records: Sequence[Record]) -> Sequence[object]:
        return records

    def step(self, record: Record, prepared: object, tables: Tables) -> Delta:
        assert record.key is not None
        known = tables.get("seen", record.key)
        if record.offset == INTERNAL_OFFSET:
            if known == b"done":
                return Delta()
            return Delta([Output("ids.out", record.key, record.value)], {"seen": {record.key: b"done"}})
        return Delta() if known else Delta([], {"seen": {record.key: b"due"}})

    def dead_letter(self, record: Record, error: Unreadable) -> Output:
        return Output("ids.dead", record.key, record.value, (("cause", error.cause.encode()),))

    def effects(self, port: EffectPort) -> Effects | None:
        return ErrandRunner(port)


class ErrandRunner:
    """Runs what is due, one at a time."""

    def __init__(self, port: EffectPort) -> None:
        self._port = port
        self._due: asyncio.Queue[bytes] = asyncio.Queue()
        self._task = asyncio.create_task(self._run())

    def opened(self, tables: Tables) -> None:
        for key, state in tables.items("seen"):
            if state == b"due":
                self._due.put_nowait(key)

    def committed(self, deltas: Sequence[Delta]) -> None:
        for delta in deltas:
            for key, state in delta.writes.get("seen", {}).items():
                if state == b"due":
                    self._due.put_nowait(key)

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            key = await self._due.get()
            await self._port.room()
            await asyncio.sleep(0.002)
            self._port.post(Record("errand", self._port.partition, INTERNAL_OFFSET, 0, key, b"ran"))


class Numbered:
    """Numbers the records of each partition by its state and remembers nothing else: whatever is done twice
    or not at all shows in the output, and a state that disagrees with the output shows in the numbers."""

    name = "numbered"
    source = "ids.in"
    tables: tuple[Table, ...] = (SEEN,)

    def prepare(self, records: Sequence[Record]) -> Sequence[object]:
        return records

    def step(self, record: Record, prepared: object, tables: Tables) -> Delta:
        number = int(tables.get("seen", b"count") or b"0")
        output = Output("ids.out", record.key, b"%d/%d" % (record.partition, number))
        return Delta([output], {"seen": {b"count": b"%d" % (number + 1)}})

    def dead_letter(self, record: Record, error: Unreadable) -> Output:
        return Output("ids.dead", record.key, record.value, (("cause", error.cause.encode()),))

    def effects(self, port: EffectPort) -> Effects | None:
        return None
