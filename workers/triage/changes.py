"""What one record changes, gathered while the rules run: events, queue events, letters, state. One delta."""

from datetime import datetime
from typing import Any

from schemas import cloudevents, topics
from schemas.complaint import CASE_EVENT, QUEUE_EVENT, CaseEvent, QueueEvent
from schemas.identity import event_id
from schemas.intake import ALIAS, ARRIVAL, Alias, Arrival
from schemas.letter import LETTER_DUE, LetterDue
from schemas.media import MEDIA_WANTED, MediaWanted
from workers.loose import loose_event
from workers.runtime.contract import Delta, Output
from workers.triage import state

SOURCE = "/gateway/triage"


class Changes:
    """Collects the delta of one record. `case` moves on with every event it gets."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._outputs: list[Output] = []
        self._cases: dict[bytes, bytes | None] = {}
        self._seen: dict[bytes, bytes | None] = {}

    def event(self, case: state.CaseRecord, kind: str, cause: str, **words: Any) -> state.CaseRecord:
        """Append to the case's timeline; gives back the case one event later."""
        moved = case.moved(self.at, sequence=case.sequence + 1)
        words = {"channel": case.channel, "synthetic": case.synthetic, **words}
        self._case_event(
            CaseEvent(
                type=kind,
                event_id=event_id(case.reference, kind, cause),
                reference=case.reference,
                person_key=case.person_key,
                sequence=moved.sequence,
                at=self.at,
                cause=cause,
                state=moved.state,
                **words,
            )
        )
        return moved

    def loose(self, arrival: Arrival, kind: str, **words: Any) -> None:
        """An event of a message that belongs to no case: its own reference, no sequence."""
        self._outputs.append(loose_event(arrival, kind, self.at, SOURCE, **words))

    def tell(self, case: state.CaseRecord, kind: str, cause: str, **words: Any) -> state.CaseRecord:
        """Write to the case's queue; a quarantined case has none and stays silent."""
        queue = words.pop("queue", case.queue)
        if not queue:
            return case
        moved = case.moved(self.at, queue_sequence=case.queue_sequence + 1)
        words = {"channel": case.channel, **words}
        its_id = event_id(case.reference, kind, cause)
        event = QueueEvent.model_validate(
            {
                "type": kind,
                "event_id": its_id,
                "reference": case.reference,
                "case_key": case.case_key,
                "sequence": moved.queue_sequence,
                "at": self.at,
                "queue": queue,
                **words,
            }
        )
        headers = cloudevents.headers(QUEUE_EVENT.format(type=kind), its_id, SOURCE, self.at)
        topic = topics.queue(queue).name
        self._outputs.append(Output(topic, case.case_key.encode(), event.to_bytes(), headers))
        return moved

    def letter(self, due: LetterDue, recipient: str) -> None:
        """Ask for a letter; `recipient` is the person key of the address it goes to."""
        headers = cloudevents.headers(LETTER_DUE, due.letter_id, SOURCE, self.at)
        self._outputs.append(Output(topics.LETTERS_DUE.name, recipient.encode(), due.to_bytes(), headers))

    def alias(self, word: Alias) -> None:
        """Tell an address that a case named it, or does so no more."""
        its_id = event_id(word.reference, "alias", f"{word.named_key} {word.cause}")
        headers = cloudevents.headers(ALIAS, its_id, SOURCE, self.at)
        self._outputs.append(Output(topics.MESSAGES.name, word.named_key.encode(), word.to_bytes(), headers))

    def pass_on(self, arrival: Arrival, key: str) -> None:
        """Let another person's partition hear a message: the home it points to, or back to its own."""
        headers = cloudevents.headers(ARRIVAL, arrival.identity, SOURCE, self.at)
        self._outputs.append(Output(topics.MESSAGES.name, key.encode(), arrival.to_bytes(), headers))

    def want(self, wanted: MediaWanted) -> None:
        """Ask the fetch stage for one thing."""
        headers = cloudevents.headers(MEDIA_WANTED, wanted.wanted_id, SOURCE, self.at)
        key = wanted.person_key.encode()
        self._outputs.append(Output(topics.MEDIA_WANTED.name, key, wanted.to_bytes(), headers))

    def keep_case(self, case: state.CaseRecord) -> None:
        """Remember the case as it stands now."""
        self._cases[state.case_key(case.reference)] = case.to_bytes()

    def forget_case(self, reference: str) -> None:
        """Nothing more can happen to it."""
        self._cases[state.case_key(reference)] = None

    def keep_person(self, key: str, person: state.PersonRecord, unproven: bool = False) -> None:
        """Remember the person, or what came in his name `unproven`, as he stands now."""
        self._cases[state.person_key(key, unproven)] = person.to_bytes()

    def forget_person(self, key: str, unproven: bool = False) -> None:
        """Nothing is left to know of him."""
        self._cases[state.person_key(key, unproven)] = None

    def keep_seen(self, identity: str, reference: str) -> None:
        """This identity has its final outcome."""
        self._seen[state.seen_key(identity)] = reference.encode()

    def delta(self) -> Delta:
        """Everything, for one transaction."""
        return Delta(self._outputs, {state.CASES: self._cases, state.SEEN: self._seen})

    def _case_event(self, event: CaseEvent) -> None:
        headers = cloudevents.headers(CASE_EVENT, event.event_id, SOURCE, self.at)
        self._outputs.append(Output(topics.EVENTS.name, event.person_key.encode(), event.to_bytes(), headers))
