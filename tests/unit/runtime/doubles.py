"""A stage whose behaviour a test writes down as functions, and records to give it."""

from collections.abc import Callable, Sequence

from schemas.errors import Unreadable
from workers.runtime.contract import Delta, EffectPort, Effects, Output, Record, Table, Tables

SEEN = Table("seen", "log.seen")
MORE = Table("more", "log.more")


def record(offset: int, value: bytes = b"v", key: bytes | None = b"k") -> Record:
    return Record("in", 0, offset, 1_700_000_000_000, key, value)


class Scripted:
    """Prepare passes the value on unless told otherwise; step does what it is told."""

    name = "scripted"
    source = "in"
    tables: tuple[Table, ...] = (SEEN, MORE)

    def __init__(
        self,
        step: Callable[[Record, Tables], Delta] = lambda record, tables: Delta(),
        prepare: Callable[[Record], object] = lambda record: record.value,
    ) -> None:
        self._step, self._prepare = step, prepare

    def prepare(self, records: Sequence[Record]) -> Sequence[object]:
        return [self._prepare(record) for record in records]

    def step(self, record: Record, prepared: object, tables: Tables) -> Delta:
        return self._step(record, tables)

    def dead_letter(self, record: Record, error: Unreadable) -> Output:
        return Output("dead", record.key, record.value, (*record.headers, ("cause", error.cause.encode())))

    def effects(self, port: EffectPort) -> Effects | None:
        return None
