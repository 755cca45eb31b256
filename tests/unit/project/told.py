"""Events of cases as triage writes them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from schemas import identity
from schemas.complaint import CaseEvent

SECRET = b"k" * 32
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def reference(number: int) -> str:
    """The reference of a message."""
    return identity.reference(SECRET, f"message {number}")


def event(kind: str, number: int, sequence: int, **words: Any) -> CaseEvent:
    """An event of the case with this number; each comes a second after the one before."""
    its_reference = reference(number)
    facts = {
        "type": kind,
        "event_id": identity.event_id(its_reference, kind, f"cause {sequence}"),
        "reference": its_reference,
        "person_key": f"person-{number}",
        "sequence": sequence,
        "at": NOON + timedelta(seconds=sequence),
        "cause": f"cause {sequence}",
        "channel": "mail",
    }
    return CaseEvent.model_validate(facts | words)


def message(number: int, text: str = "The heating does not work.", **words: Any) -> dict[str, Any]:
    """What the person said."""
    facts = {
        "identity": identity.message_identity("mail", [str(number).encode()]),
        "reference": reference(number),
        "delivery_id": f"d-{number}",
        "channel": "mail",
        "received_at": NOON - timedelta(seconds=30),
        "logged_at": NOON,
        "text": text,
    }
    return facts | words


def opened(number: int, **words: Any) -> CaseEvent:
    """A case is opened."""
    facts = {
        "state": "open",
        "delivery_id": f"d-{number}",
        "message": message(number),
        "assessment": {
            "kind": "complaint", "category": "defective", "confidence": 0.9, "abstained": False,
            "priority": "normal", "severity": "low",
        },
        "routing": {"queue": "service", "rule": "everything", "owner": "Service"},
        "deadlines": {"acknowledge_by": NOON, "respond_by": NOON + timedelta(days=14)},
    }  # fmt: skip
    return event("opened", number, 1, **(facts | words))


def letter(number: int, sequence: int, state: str, **words: Any) -> CaseEvent:
    """News of the acknowledgement."""
    its_reference = reference(number)
    details = {
        "letter_id": identity.letter_id(its_reference, "acknowledgement", "mail"),
        "kind": "acknowledgement",
        "reference": its_reference,
        "channel": "mail",
        "state": state,
        "provider_id": "<1@example.org>" if state == "accepted" else "",
        "attempts": 1,
        "at": (NOON + timedelta(seconds=sequence)).isoformat(),
    }
    return event("letter", number, sequence, details=details | words)
