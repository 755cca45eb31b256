"""What the letters stage writes beside its ledger: news for triage, a wish on another way, what a person settled."""

from datetime import datetime

from schemas import cloudevents, topics
from schemas.audit import AUDIT_EVENT, AuditEvent
from schemas.identity import event_id, recipient_key
from schemas.intake import LETTER_STATUS
from schemas.letter import LETTER_DUE, LetterDue, LetterSettled
from workers.letters.ledger import Entry
from workers.runtime.contract import Output

SOURCE = "/gateway/letters"


def status(entry: Entry) -> Output:
    """The letter's state, on the partition of its case."""
    word = entry.status()
    cause = f"{word.letter_id}.{word.state}.{word.attempts}"
    its_id = event_id(word.reference, "letter", cause)
    headers = cloudevents.headers(LETTER_STATUS, its_id, SOURCE, word.at)
    return Output(topics.MESSAGES.name, word.person_key.encode(), word.to_bytes(), headers)


def wish(due: LetterDue, entry: Entry, secret: bytes) -> Output:
    """A wish for the same letter on another way, on the partition of its new recipient."""
    recipient = recipient_key(secret, due.route.address.kind, due.route.address.value)
    headers = cloudevents.headers(LETTER_DUE, due.letter_id, SOURCE, entry.changed_at)
    return Output(topics.LETTERS_DUE.name, recipient.encode(), due.to_bytes(), headers)


def settled(entry: Entry, word: LetterSettled, now: datetime) -> Output:
    """The entry in the audit, in the transaction in which the decision takes effect: neither is without the other."""
    event = AuditEvent(
        type="letter.settled",
        event_id=word.settle_id,
        subject=entry.letter_id,
        by=word.by,
        at=now,
        reason=word.reason,
        original_sha256=entry.sha256,
        details={
            "reference": entry.reference,
            "kind": entry.kind,
            "channel": entry.channel,
            "as": "sent" if word.sent else "unsent",
            "unclear": entry.reason,
        },
    )
    headers = cloudevents.headers(AUDIT_EVENT, event.event_id, SOURCE, now)
    return Output(topics.AUDIT.name, entry.letter_id.encode(), event.to_bytes(), headers)
