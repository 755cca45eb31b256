"""The second hop: `intake.messages` → queues, timeline, letters. One input topic, one writer of one state."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from classifiers.contract import Classifier
from classifiers.similarity.fingerprint import text_fingerprint
from classifiers.similarity.normalise import words
from schemas import cloudevents, topics
from schemas.errors import Nonsense, Unreadable, Unsupported
from schemas.intake import ALIAS, ARRIVAL, LETTER_STATUS, OUTCOME, Alias, Arrival
from schemas.letter import LetterStatus
from schemas.media import ATTACHMENT_FAILED, ATTACHMENT_STORED, AttachmentNews
from schemas.outcome import Outcome
from schemas.relation import RELATION, Relation
from schemas.wire import Wire
from workers import dead_letters
from workers.runtime.contract import Delta, EffectPort, Effects, Output, Record, Table, Tables
from workers.triage import enclosures, messages, progress, relations, state
from workers.triage.alias import homes
from workers.triage.cases import House
from workers.triage.changes import Changes
from workers.triage.classify.batch import assess_batch

NAME = "triage"
MODELS: dict[str, type[Wire]] = {
    ARRIVAL: Arrival,
    OUTCOME: Outcome,
    LETTER_STATUS: LetterStatus,
    ALIAS: Alias,
    ATTACHMENT_STORED: AttachmentNews,
    ATTACHMENT_FAILED: AttachmentNews,
    RELATION: Relation,
}


@dataclass(frozen=True, slots=True)
class Triage:
    """Pure rules in a row; what is costly and needs no state is done for the whole batch before."""

    classifier: Classifier
    house: House
    name: str = NAME
    source: str = topics.MESSAGES.name
    tables: tuple[Table, ...] = state.tables(topics.TRIAGE_CASES.name, topics.TRIAGE_SEEN.name)

    def prepare(self, records: Sequence[Record]) -> Sequence[object]:
        """Records to models, and arrivals to understood arrivals, with one call of the classifier."""
        read = [_read(record) for record in records]
        arrivals = [word for word in read if isinstance(word, Arrival)]
        understood = iter(
            messages.Understood(arrival, assessment, fingerprint_of(arrival))
            for arrival, assessment in zip(arrivals, assess_batch(self.classifier, arrivals), strict=True)
        )
        return [next(understood) if isinstance(word, Arrival) else word for word in read]

    def step(self, record: Record, prepared: object, tables: Tables) -> Delta:
        """One record, one delta."""
        if isinstance(prepared, Unreadable | Unsupported):
            raise prepared
        changes = Changes(record.at)
        memory = state.Memory(tables)
        if isinstance(prepared, messages.Understood):
            messages.handle(prepared, memory, self.house, changes)
        elif isinstance(prepared, Outcome):
            progress.outcome(prepared, memory, self.house, changes)
        elif isinstance(prepared, LetterStatus):
            progress.letter(prepared, memory, changes)
        elif isinstance(prepared, Alias):
            homes.heard(prepared, memory, changes)
        elif isinstance(prepared, AttachmentNews):
            enclosures.told(prepared, memory, changes)
        elif isinstance(prepared, Relation):
            relations.proposed(prepared, memory, changes)
        return changes.delta()

    def dead_letter(self, record: Record, error: Unreadable) -> Output:
        """What triage cannot make sense of."""
        return dead_letters.dead_letter(self.name, record, error)

    def effects(self, port: EffectPort) -> Effects | None:
        """None: everything with effects branches off after triage."""
        return None


def fingerprint_of(arrival: Arrival) -> str:
    """What makes a text the same again, in hex; empty when there is nothing to compare.

    Words first (with the order or account that a form names), else the subject, else the enclosures.
    """
    message = arrival.message
    for text in (message.text, message.subject):
        if words(text):
            named = message.form.account_or_order if message.form else ""
            return text_fingerprint(f"{text}\n{named}" if named else text).hex()
    if message.attachments:
        return text_fingerprint(" ".join(sorted(one.sha256 for one in message.attachments))).hex()
    return ""


def _read(record: Record) -> Wire | Unreadable | Unsupported:
    kind = cloudevents.event_type(record.headers)
    model = MODELS.get(kind)
    if model is None:
        family = kind.rpartition(".")[0]
        if any(known.rpartition(".")[0] == family for known in MODELS):
            return Unsupported(f"{kind} is newer than this release; upgrade the workers first")
        return Nonsense(f"a record of type {kind!r} has no business on {topics.MESSAGES.name}")
    try:
        return model.from_bytes(record.value or b"")
    except ValidationError as error:
        first = error.errors()[0]
        return Nonsense(f"{kind}: {'.'.join(map(str, first['loc']))}: {first['msg']}")
