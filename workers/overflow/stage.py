"""The stage of the slow lane: `intake.overflow` → `intake.messages`, as it comes and in order.

How many a second is for whoever runs it (`RunOptions.most_per_second`); nothing is looked at here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas import topics
from schemas.errors import GatewayError, Nonsense, Unreadable
from workers import dead_letters
from workers.runtime.contract import Delta, EffectPort, Effects, Output, Record, Table, Tables

NAME = "overflow"


@dataclass(frozen=True, slots=True)
class Overflow:
    """Passes on what normalise put here; triage reads it as it would have read it at once."""

    name: str = NAME
    source: str = topics.OVERFLOW.name
    tables: tuple[Table, ...] = (Table("positions", topics.OVERFLOW_POSITIONS.name),)

    def prepare(self, records: Sequence[Record]) -> Sequence[object]:
        """The same record on triage's topic; Nonsense for one without a key or a value, which nobody of ours writes."""
        return [_passed_on(record) for record in records]

    def step(self, record: Record, prepared: object, tables: Tables) -> Delta:
        """One in, one out."""
        if isinstance(prepared, GatewayError):
            raise prepared
        assert isinstance(prepared, Output)
        return Delta(outputs=[prepared])

    def dead_letter(self, record: Record, error: Unreadable) -> Output:
        """What a stranger wrote here."""
        return dead_letters.dead_letter(self.name, record, error)

    def effects(self, port: EffectPort) -> Effects | None:
        """None."""
        return None


def _passed_on(record: Record) -> Output | Nonsense:
    if record.key is None or record.value is None:
        return Nonsense("a record without a key or a value is no message")
    return Output(topics.MESSAGES.name, record.key, record.value, record.headers)
