"""Letters for the tests of the way out."""

from datetime import UTC, datetime
from typing import Any

from schemas.letter import Letter
from schemas.message import Address, ReplyRoute

ANNA = "anna@customer.example"


def a_letter(address: str = ANNA, **changes: Any) -> Letter:
    """An acknowledgement to Anna."""
    given: dict[str, Any] = {
        "letter_id": "0123456789abcdef01234567",
        "kind": "acknowledgement",
        "reference": "ABCD-EFGH-12345",
        "channel": "mail",
        "route": ReplyRoute(
            channel="mail",
            account="complaints@localhost",
            address=Address(kind="mail", value=address),
            thread="first@customer.example",
            references=["older@customer.example"],
        ),
        "language": "de",
        "subject": "Wir haben Ihre Beschwerde erhalten",
        "text": "Guten Tag,\n\n.ein Punkt am Anfang; Grüße\n",
        "html": "<p>Guten Tag, Grüße</p>",
        "token": "abcd0123456789abcdefghijklmno",
        "key": "f" * 32,
        "created_at": datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC),
        **changes,
    }
    return Letter(**given)
