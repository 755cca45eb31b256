"""What triage remembers: identities with their outcome, people with their texts and threads, cases.

All of it lives in two tables of one partition. Keys carry a kind prefix and never personal data.
"""

from datetime import datetime
from typing import Any

from pydantic import Field

from schemas.complaint import CaseState
from schemas.intake import Alias
from schemas.names import ChannelName, ComplaintKind, Priority
from schemas.wire import Moment, Wire
from workers.runtime.contract import Table, Tables
from workers.triage.deduplicate.rule import SAME_TEXT_WINDOW, Said
from workers.triage.thread.rule import OwnCase

CASES = "cases"
SEEN = "seen"
OWN_CASES = 50
"""How many cases of one person are remembered as his: the most recent. One that a message names is found anyway."""
OWN_TEXTS = 100
OWN_THREADS = 200


class CaseRecord(Wire):
    """A case as triage needs it. `sequence` counts timeline events, `queue_sequence` queue events."""

    reference: str
    person_key: str
    case_key: str
    channel: ChannelName
    queue: str = ""
    kind: ComplaintKind | None = None
    priority: Priority | None = None
    """The highest that was said of it; None in a record of an older release."""
    state: CaseState = "open"
    opened_at: Moment
    last_event: Moment
    sequence: int = 0
    queue_sequence: int = 0
    letters: list[ChannelName] = Field(default_factory=list)
    named: list[str] = Field(default_factory=list)
    """Person keys of the addresses that its opening message named: who may join by pointing to the case."""
    as_of: dict[str, Moment] = Field(default_factory=dict)
    """When the newest `step` of a case system and the newest decision (`decided`) happened, by their own times."""
    edited: dict[str, Moment] = Field(default_factory=dict)
    """When a message was changed at its source last, by the provider's id of it."""
    synthetic: bool = False
    unproven: bool = False
    """Opened from an address that was only named, and nobody answered from it yet."""

    @property
    def takes_messages(self) -> bool:
        """A closed or withdrawn case does not swallow new complaints."""
        return self.state not in ("closed", "withdrawn")

    def moved(self, at: datetime, **changes: Any) -> "CaseRecord":
        """The case one event later."""
        return self.model_copy(update={"last_event": max(at, self.last_event), **changes})


class SaidText(Wire):
    """One text of a person."""

    fingerprint: str
    at: Moment
    reference: str


class PersonRecord(Wire):
    """What one person said and which cases are his, oldest first; `threads` maps provider ids to cases."""

    cases: list[str] = Field(default_factory=list)
    said: list[SaidText] = Field(default_factory=list)
    threads: dict[str, str] = Field(default_factory=dict)
    named_in: list[Alias] = Field(default_factory=list)
    """Cases of other homes that named this address, oldest first."""

    def texts(self) -> list[Said]:
        """For the deduplicate rule, newest first."""
        return [Said(text.fingerprint, text.at, text.reference) for text in reversed(self.said)]

    def with_text(self, fingerprint: str, at: datetime, reference: str) -> "PersonRecord":
        """One more text said; what left the window is forgotten."""
        if not fingerprint:
            return self
        kept = [text for text in self.said if at - text.at <= SAME_TEXT_WINDOW][-OWN_TEXTS + 1 :]
        text = SaidText(fingerprint=fingerprint, at=at, reference=reference)
        return self.model_copy(update={"said": [*kept, text]})

    def with_thread(self, provider_id: str, reference: str) -> "PersonRecord":
        """One more id that an answer may refer to."""
        if not provider_id:
            return self
        kept = dict(list(self.threads.items())[-OWN_THREADS + 1 :])
        return self.model_copy(update={"threads": {**kept, provider_id: reference}})

    def with_case(self, reference: str) -> "PersonRecord":
        """One more case."""
        return self.model_copy(update={"cases": [*self.cases, reference][-OWN_CASES:]})

    def with_aliases(self, named_in: list[Alias]) -> "PersonRecord":
        """What other homes' cases say of this address now."""
        return self.model_copy(update={"named_in": named_in})


class Memory:
    """Typed reading of the two tables, for the person whose record is being handled."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def seen(self, identity: str) -> str | None:
        """The reference under which a message identity was dealt with."""
        value = self._tables.get(SEEN, seen_key(identity))
        return None if value is None else value.decode()

    def person(self, key: str, unproven: bool = False) -> PersonRecord:
        """What is known of a person, or of what came in his name `unproven`; empty for a new one."""
        value = self._tables.get(CASES, person_key(key, unproven))
        return PersonRecord() if value is None else PersonRecord.from_bytes(value)

    def case(self, reference: str) -> CaseRecord | None:
        """A case of this partition."""
        value = self._tables.get(CASES, case_key(reference))
        return None if value is None else CaseRecord.from_bytes(value)

    def own_case(self, key: str, reference: str) -> OwnCase | None:
        """A case of this person by its reference, however many others he has; for the thread rule."""
        case = self.case(reference)
        if case is None or case.person_key != key:
            return None
        return OwnCase(case.reference, case.takes_messages, case.last_event, tuple(case.named))


def seen_key(identity: str) -> bytes:
    """Key of an identity in `seen`."""
    return bytes.fromhex(identity)


def person_key(key: str, unproven: bool = False) -> bytes:
    """Key of a person in `cases`. What came in his name unproven is remembered apart, and can push nothing out."""
    return (b"u:" if unproven else b"p:") + key.encode()


def case_key(reference: str) -> bytes:
    """Key of a case in `cases`."""
    return b"c:" + reference.encode()


def tables(cases_topic: str, seen_topic: str) -> tuple[Table, ...]:
    """The stage's tables; the compacted one first, it carries the position."""
    return (Table(CASES, cases_topic), Table(SEEN, seen_topic))
