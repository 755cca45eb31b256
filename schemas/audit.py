"""What people did by hand to what the gateway holds: who, when, to what, and why. Kept for ever."""

from typing import Literal

from pydantic import Field

from schemas.wire import Moment, Wire

AUDIT_EVENT = "gateway.audit.v1"

AuditType = Literal["dead_letter.replayed", "dead_letter.edited", "dead_letter.discarded", "letter.settled"]


class AuditEvent(Wire):
    """One deed. `subject` is the key of what it was done to; `original_sha256` proves which bytes those were."""

    type: AuditType
    event_id: str
    subject: str
    by: str
    at: Moment
    reason: str = ""
    delivery_id: str = ""
    identity: str = ""
    """The message's, where it is known: reconcile then knows what became of it."""
    original_sha256: str = ""
    details: dict[str, str] = Field(default_factory=dict)
