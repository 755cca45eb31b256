"""What the letters stage writes beside its ledger: news of a letter for triage, and a wish on another way."""

from schemas import cloudevents, topics
from schemas.identity import event_id, person_key
from schemas.intake import LETTER_STATUS
from schemas.letter import LETTER_DUE, LetterDue
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
    recipient = person_key(secret, due.route.address.kind, due.route.address.value)
    headers = cloudevents.headers(LETTER_DUE, due.letter_id, SOURCE, entry.changed_at)
    return Output(topics.LETTERS_DUE.name, recipient.encode(), due.to_bytes(), headers)
