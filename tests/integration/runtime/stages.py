"""Stages that know nothing of complaints: identities in, each of them out exactly once."""

import os
import time
from collections.abc import Sequence
from pathlib import Path

from schemas.errors import Nonsense, Unavailable, Unreadable, Unsupported
from workers.runtime.contract import Delta, EffectPort, Effects, Output, Record, Table, Tables

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
        if isinstance(prepared, bytes) and prepared.startswith(b"large"):
            return Delta([Output("ids.out", record.key, bytes(int(prepared[5:])))])
        if isinstance(prepared, bytes) and prepared.startswith(b"away:") and not _exists(prepared[5:]):
            raise Unavailable("the file is away")
        if self.tables and tables.get("seen", record.key) is not None:
            return Delta()
        output = Output("ids.out", record.key, record.value, record.headers, timestamp_ms=record.timestamp_ms)
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
