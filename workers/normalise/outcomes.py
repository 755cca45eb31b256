"""The door for case systems: `outcomes` → `intake.messages`, validated and keyed anew from the case key."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from pydantic import ValidationError

from schemas import cloudevents, identity, topics
from schemas.errors import GatewayError, Nonsense, Unreadable
from schemas.intake import OUTCOME
from schemas.outcome import Outcome
from workers import dead_letters
from workers.runtime.contract import Delta, EffectPort, Effects, Output, Record, Table, Tables

NAME = "outcomes"
SOURCE = "/gateway/outcomes"


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Trusts neither the producer's key nor its partition: the sealed case key in the body decides."""

    secret: bytes
    name: str = NAME
    source: str = topics.OUTCOMES.name
    tables: tuple[Table, ...] = (Table("positions", topics.OUTCOMES_POSITIONS.name),)

    def prepare(self, records: Sequence[Record]) -> Sequence[object]:
        """For each record its output, or the error it makes."""
        return [self._checked(record) for record in records]

    def step(self, record: Record, prepared: object, tables: Tables) -> Delta:
        """The outcome on its person's partition."""
        if isinstance(prepared, GatewayError):
            raise prepared
        assert isinstance(prepared, Output)
        return Delta(outputs=[prepared])

    def sender(self, record: Record) -> str:
        """Whose case it is, when the case key is one of ours; the record's own key is anybody's."""
        try:
            opened = identity.open_case_key(self.secret, Outcome.from_bytes(record.value or b"").case_key)
        except ValueError:
            return ""
        return opened[0] if opened else ""

    def dead_letter(self, record: Record, error: Unreadable) -> Output:
        """Nonsense of a case system is kept as it came."""
        return dead_letters.dead_letter(self.name, record, error)

    def effects(self, port: EffectPort) -> Effects | None:
        """None."""
        return None

    def _checked(self, record: Record) -> Output | GatewayError:
        try:
            outcome = Outcome.from_bytes(record.value or b"")
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            return Nonsense(f"not an outcome: {where}: {first['msg']}")
        opened = identity.open_case_key(self.secret, outcome.case_key)
        if opened is None or opened[1] != outcome.reference:
            return Nonsense(f"the case key does not belong to {outcome.reference}")
        named = outcome.model_copy(update={"outcome_id": outcome.outcome_id or _content_id(outcome)})
        headers = cloudevents.headers(OUTCOME, named.outcome_id, SOURCE, record.at)
        return Output(topics.MESSAGES.name, opened[0].encode(), named.to_bytes(), headers)


def _content_id(outcome: Outcome) -> str:
    """What an outcome without an id of its own is known by: what it says, however its fields are ordered."""
    said = outcome.model_dump(mode="json", exclude_defaults=True, exclude={"case_key"})
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]
