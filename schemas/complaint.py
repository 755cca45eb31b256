"""A case and its events: what case systems read from their queue, and what the case view is rebuilt from.

Case systems get `complaint.opened` once per case, then `message_added`, `updated`, `linked`, `withdrawn`,
`erased`. `complaints.events` carries these and everything else that happens to a case (its timeline).
"""

from typing import Any, Literal

from pydantic import Field

from schemas.assessment import Assessment
from schemas.message import Address, Attachment, FormFields, MediaReference
from schemas.names import ChannelName, SenderProof
from schemas.wire import Moment, Wire

CASE_EVENT = "gateway.case.event.v1"
QUEUE_EVENT = "gateway.{type}.v1"

QueueEventType = Literal[
    "complaint.opened",
    "complaint.message_added",
    "complaint.updated",
    "complaint.linked",
    "complaint.withdrawn",
    "complaint.erased",
]

CaseState = Literal["open", "quarantined", "in_progress", "responded", "closed", "withdrawn"]


class RoutingDecision(Wire):
    """Which rule sent the case where. `rules` is the version (hash) of the rules that decided."""

    queue: str
    rule: str
    owner: str
    escalation: str = ""
    """Whom to tell when the owner does not answer, as the rules say: a mail address or an https webhook."""
    because: str = ""
    rules: str = ""


class Link(Wire):
    """Another case of the same person, one that a message named, or one of another person that says nearly the same.

    Reversible, with its reason; whose it is stays as it was.
    """

    reference: str
    why: str


class CaseMessage(Wire):
    """One message of a case in its normalised form. `identity` is stable; `raw_sha256` proves the original."""

    identity: str
    reference: str
    """The reference this message was told; after a join it is an alias of the case's."""
    delivery_id: str
    channel: ChannelName
    account: str = ""
    received_at: Moment
    logged_at: Moment
    sent_at: Moment | None = None
    sender: Address = Address()
    sender_proof: SenderProof = "provider"
    """Who vouches that the sender is who he says: `unproven` is an address that was only named."""
    other_addresses: list[Address] = Field(default_factory=list)
    subject: str = ""
    text: str = ""
    set_aside: str = ""
    """What the message says beyond `text`: signature, notices, quotations, attached mails; not our own letters."""
    body_sha256: str = ""
    """The blob of the whole body, where it is longer than what stands here."""
    language: str = ""
    attachments: list[Attachment] = Field(default_factory=list)
    media: list[MediaReference] = Field(default_factory=list)
    form: FormFields | None = None
    raw_sha256: str = ""
    flags: list[str] = Field(default_factory=list)
    problems: list[str] = Field(default_factory=list)


class Deadlines(Wire):
    """Clocks start at the channel's receipt (ISO 10002, 6 and 7.4)."""

    acknowledge_by: Moment
    respond_by: Moment


class QueueEvent(Wire):
    """One record on a queue topic. `sequence` counts from 1 within the case; `ce_id` equals `event_id`.

    `complaint.opened` carries message, assessment, routing, links and deadlines; `message_added` the message;
    `linked` the links; the others what changed. Where cases of several people say nearly the same, `changes` has
    their `campaign` (an id), `people` (how many persons) and, from five on, `impact`; where their number raises the
    priority, also `priority`, `because` and `rules`, the version that decided. Where a person said what the case is
    about, `changes` has `category` and `decided_by`.
    """

    type: QueueEventType
    event_id: str
    schema_version: str = "1.0"
    reference: str
    case_key: str
    sequence: int
    at: Moment
    channel: ChannelName
    queue: str
    message: CaseMessage | None = None
    assessment: Assessment | None = None
    routing: RoutingDecision | None = None
    links: list[Link] = Field(default_factory=list)
    deadlines: Deadlines | None = None
    changes: dict[str, Any] = Field(default_factory=dict)


class CaseEvent(Wire):
    """One line of a case's timeline on `complaints.events`, keyed by the person.

    `type` is one of: received, duplicate, joined, opened, assessed, routed, quarantined, no_message, letter,
    attachment, edited, erased, withdrawn, outcome, linked, orphan, opted_out, opted_in.
    `cause` names what caused it (an identity, a letter id, an outcome id). A message that makes no case has
    its own reference.
    """

    type: str
    event_id: str
    reference: str
    person_key: str
    sequence: int = 0
    at: Moment
    cause: str = ""
    channel: ChannelName
    delivery_id: str = ""
    alias: str = ""
    """A further reference that resolves to this case from now on."""
    state: CaseState | None = None
    message: CaseMessage | None = None
    assessment: Assessment | None = None
    routing: RoutingDecision | None = None
    links: list[Link] = Field(default_factory=list)
    deadlines: Deadlines | None = None
    details: dict[str, Any] = Field(default_factory=dict)
    synthetic: bool = False
