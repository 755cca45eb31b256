"""Records of `letters.due` become words: a wish is rendered here, before anything is decided about it."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from schemas import cloudevents, topics
from schemas.errors import GatewayError, Nonsense, Unsupported
from schemas.letter import (
    CONSENT,
    LETTER_DUE,
    LETTER_RECEIPT,
    LETTER_SETTLED,
    Consent,
    LetterDue,
    LetterReceipt,
    LetterSettled,
)
from schemas.wire import Wire
from workers.letters import turns
from workers.letters.render import Rendered, Renderer
from workers.runtime.contract import Record

_MODELS: dict[str, type[Wire]] = {
    LETTER_DUE: LetterDue,
    LETTER_RECEIPT: LetterReceipt,
    LETTER_SETTLED: LetterSettled,
    CONSENT: Consent,
}


@dataclass(frozen=True, slots=True)
class Wish:
    """A letter that is due, rendered. `recipient` is the person key of the address it goes to.

    `crowded`: its lane has enough to do, so it waits in the ledger without a lease.
    """

    due: LetterDue
    recipient: str
    rendered: Rendered
    crowded: bool = False


Word = Wish | LetterReceipt | LetterSettled | Consent | turns.Turn


def read(record: Record, renderer: Renderer, now: datetime) -> Word | GatewayError:
    """The word in a record, or the error that says what happens next."""
    kind = cloudevents.event_type(record.headers)
    try:
        return turns.read(kind, record) or _from_outside(kind, record, renderer, now)
    except ValidationError as error:
        first = error.errors()[0]
        return Nonsense(f"{kind}: {'.'.join(map(str, first['loc']))}: {first['msg']}")
    except GatewayError as error:
        return error


def _from_outside(kind: str, record: Record, renderer: Renderer, now: datetime) -> Word:
    model = _MODELS.get(kind)
    if model is None:
        if any(known.rpartition(".")[0] == kind.rpartition(".")[0] for known in _MODELS):
            raise Unsupported(f"{kind} is newer than this release; upgrade the workers first")
        raise Nonsense(f"a record of type {kind!r} has no business on {topics.LETTERS_DUE.name}")
    word = model.from_bytes(record.value or b"")
    if isinstance(word, LetterDue):
        recipient = (record.key or b"").decode("ascii", "replace")
        return Wish(word, recipient, renderer.render(word, recipient, now))
    assert isinstance(word, LetterReceipt | LetterSettled | Consent)
    return word
