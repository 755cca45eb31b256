"""Which scorer reads which kind."""

from collections.abc import Callable, Iterator

from tests.corpora import doors, mail, numbers, vectors, webhooks, words
from tests.corpora.checks import Check

SCORED: dict[str, Callable[[], Iterator[Check]]] = {
    "email": mail.checks,
    "header_decoding": vectors.headers,
    "autoresponder_headers": vectors.automatic,
    "tnef": vectors.streams,
    "reply_text": vectors.replies,
    "phone_numbers": numbers.numbers,
    "sms_segments": numbers.lengths,
    "signature_twilio": numbers.signatures,
    "signature_meta": doors.meta,
    "signature_x": doors.x,
    "language": words.languages,
    **{kind: webhooks.of(kind) for kind in webhooks.CHANNELS},
}
