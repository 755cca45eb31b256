"""What we send to a complainant, and what becomes of it."""

from typing import Literal

from pydantic import Field

from schemas.message import ReplyRoute
from schemas.names import ChannelName
from schemas.wire import Moment, Wire

LETTER_DUE = "gateway.letter.due.v1"
LETTER_RECEIPT = "gateway.letter.receipt.v1"
CONSENT = "gateway.consent.v1"
LETTER_SETTLED = "gateway.letter.settled.v1"
"""The four record types on `letters.due`, all keyed by the recipient's person key."""

LetterKind = Literal["acknowledgement", "information", "decision", "survey"]
"""`acknowledgement` is only ever the first letter to the complainant (ISO 10002, 7.4)."""

LetterState = Literal["due", "attempted", "accepted", "delivered", "failed", "shown", "suppressed", "unclear"]
"""due → attempted → accepted → delivered / failed; or shown (the page was the letter), suppressed; unclear waits
for a person: nobody knows whether it left, or nobody has said yet that it may."""

TERMINAL: frozenset[LetterState] = frozenset({"delivered", "failed", "shown", "suppressed", "unclear"})


class LetterDue(Wire):
    """Triage's wish: who is to hear what, where. The letters stage renders it once and keeps the rendering.

    `letter_id` is a function of reference, kind and channel, so that the same wish twice is one letter.
    `facts` are the words the template may use; never the complainant's own (relay spam).
    """

    letter_id: str
    kind: LetterKind
    reference: str
    status_code: str
    case_key: str
    person_key: str
    channel: ChannelName
    route: ReplyRoute
    fallback: list[ReplyRoute] = Field(default_factory=list)
    language: str = ""
    received_at: Moment
    due_at: Moment
    respond_by: Moment | None = None
    """When the complainant may expect an answer; the letter says so."""
    words: str = ""
    """The organisation's own words (a decision, an information), from the case system; never the complainant's."""
    shown: bool = False
    """The page already told the complainant: the ledger records `shown` and nothing is sent."""
    suppress: str = ""
    """A reason not to write at all (backfill, automatic, letters off)."""
    hold: str = ""
    """A reason to ask a person before anything is sent."""
    unproven: bool = False
    """The address was only named (typed into a form, a Reply-To): whose it is nobody vouches for."""
    synthetic: bool = False


class Letter(Wire):
    """A rendered letter, byte-identical on every attempt."""

    letter_id: str
    kind: LetterKind
    reference: str
    channel: ChannelName
    route: ReplyRoute
    language: str = ""
    subject: str = ""
    text: str
    html: str = ""
    token: str = ""
    """The signed token that brings an answer back to its case (Reply-To, short link)."""
    key: str = ""
    """The person key of the recipient: with the id it lets a receipt find its letter."""
    created_at: Moment


class LetterStatus(Wire):
    """A change of a letter's state, as the letters stage tells triage and the case view."""

    letter_id: str
    kind: LetterKind
    reference: str
    person_key: str
    channel: ChannelName
    state: LetterState
    provider_id: str = ""
    reason: str = ""
    attempts: int = 0
    at: Moment
    received_at: Moment | None = None
    template: str = ""
    """Which template in which version was rendered, and `sha256` of what it became: the proof of what was said."""
    sha256: str = ""
    synthetic: bool = False


class LetterReceipt(Wire):
    """What a provider (status callback) or a postmaster (DSN) says of a letter; sent by normalise.

    `state` is delivered, failed or accepted, in our words; `status` and `code` are the provider's.
    """

    letter_id: str
    person_key: str
    state: LetterState
    provider_id: str = ""
    status: str = ""
    code: str = ""
    delivery_id: str = ""
    at: Moment


class Consent(Wire):
    """A person opted out of (or back into) letters on a channel, with the words that did it."""

    person_key: str
    channel: ChannelName
    account: str = ""
    opted_out: bool
    cause: str = ""
    at: Moment


class LetterSettled(Wire):
    """What a person found out about an unclear letter: it was sent after all, or it was not and is to be sent now.

    `settle_id` names the decision, so that the same one twice is one entry in the audit.
    """

    letter_id: str
    settle_id: str
    sent: bool
    by: str
    reason: str
    at: Moment
