"""Which scorer reads which kind."""

from collections.abc import Callable, Iterator

from tests.corpora import mail, vectors
from tests.corpora.checks import Check

SCORED: dict[str, Callable[[], Iterator[Check]]] = {
    "email": mail.checks,
    "header_decoding": vectors.headers,
    "autoresponder_headers": vectors.automatic,
    "tnef": vectors.streams,
    "reply_text": vectors.replies,
}
