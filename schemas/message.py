"""What a person said: the product of every channel's parse, whatever the provider calls its fields."""

from pydantic import Field

from schemas.names import AddressKind, ChannelName, MessageKind, SenderProof, Visibility
from schemas.wire import Moment, Wire


class Address(Wire):
    """One address in its normal form: lower-case domain, E.164 number, account id."""

    kind: AddressKind = "none"
    value: str = ""
    name: str = ""


class Attachment(Wire):
    """An enclosure, known by the SHA-256 of its bytes; the name is data, never a path."""

    name: str
    media_type: str
    bytes: int
    sha256: str


class MediaReference(Wire):
    """Media that the provider keeps: fetched later, off the path, before the address expires."""

    url: str = ""
    media_id: str = ""
    media_type: str = ""
    name: str = ""
    expires_at: Moment | None = None


class Flags(Wire):
    """What kind of mail or post this is, beyond what it says."""

    auto_reply: bool = False
    bounce: bool = False
    list: bool = False
    automated: bool = False
    """A machine sent it and nobody stands behind it: no case. See `doubtful`."""
    doubtful: bool = False
    """`automated` rests on a mark that people's mail carries too: words that complain outweigh it."""
    read_receipt: bool = False
    """A mail program says that a mail was shown or deleted (RFC 8098)."""
    no_answer: bool = False
    """It asks for no automatic answer, or comes from an address that takes none: no letter, whatever it is."""
    feedback_report: bool = False
    edited: bool = False
    deleted: bool = False
    spoofed: bool = False
    forged_pointer: bool = False
    """It claims to continue what is not its sender's: a token that is not ours, a letter to somebody else."""
    opt_out: bool = False
    opt_in: bool = False
    test: bool = False


class Bounce(Wire):
    """A delivery status notification (RFC 3464) or what stands for one."""

    recipients: list[str] = Field(default_factory=list)
    status: str = ""
    action: str = ""
    letter: str = ""
    """The id of the letter it is about, when it could be told (VERP, original Message-ID)."""


class Receipt(Wire):
    """A provider's word on a letter of ours: `state` in our words, `status` and `code` in its own."""

    letter: str = ""
    key: str = ""
    """The person key that our callback URL carried, so that the receipt finds its letter."""
    provider_id: str = ""
    state: str
    status: str = ""
    code: str = ""


class FormFields(Wire):
    """What the form asks beyond the description (ISO 10002, annex: complaint form)."""

    acting_for: str = ""
    product: str = ""
    account_or_order: str = ""
    problem_date: str = ""
    remedy: str = ""
    taken_by: str = ""
    form_language: str = ""


class ReplyRoute(Wire):
    """How an answer gets back on the channel: address, thread and visibility in the channel's own terms."""

    channel: ChannelName
    account: str = ""
    address: Address = Address()
    thread: str = ""
    """What the answer refers to: a Message-ID, a status id, a conversation."""
    references: list[str] = Field(default_factory=list)
    visibility: Visibility = "private"
    handle: str = ""
    open_until: Moment | None = None
    """Until when the network lets us answer in our own words (Meta: 24 hours after the person wrote)."""


class Message(Wire):
    """One message of one person, as its channel's `parse` read it. Pure: same bytes, same message."""

    channel: ChannelName
    kind: MessageKind = "message"
    message_id: str = ""
    account: str = ""
    sender: Address = Address()
    sender_proof: SenderProof = "provider"
    """Who vouches that the sender is who he says."""
    other_addresses: list[Address] = Field(default_factory=list)
    """Further addresses the sender named as his own (a form with mail and telephone)."""
    to: list[str] = Field(default_factory=list)
    sent_at: Moment | None = None
    subject: str = ""
    text: str = ""
    full_text: str = ""
    signature: str = ""
    set_aside: str = ""
    """What the body says beyond `text`: signature, notices, quotations, attached mails; not our own letters."""
    body_sha256: str = ""
    """The blob of the whole body, where `text` or `set_aside` is shorter than it was."""
    html: bool = False
    language: str = ""
    attachments: list[Attachment] = Field(default_factory=list)
    media: list[MediaReference] = Field(default_factory=list)
    in_reply_to: str = ""
    references: list[str] = Field(default_factory=list)
    reply_token: str = ""
    """The signed token that our letter carried and this message brought back; not yet verified."""
    target_id: str = ""
    """The provider's id of the message that an edit, delete, reaction or receipt is about."""
    flags: Flags = Flags()
    bounce: Bounce | None = None
    receipt: Receipt | None = None
    form: FormFields | None = None
    reply: ReplyRoute | None = None
    forwarded_by: Address | None = None
    """Who passed on what `forwarded_from` wrote: the sender, who is answered."""
    forwarded_from: Address | None = None
    """Who wrote the mail that the sender passed on, as it claims: for people to see, never answered or trusted."""
    author: Address | None = None
    """The person behind a sender address that a mailing list put in place of his (X-Original-From)."""
    problems: list[str] = Field(default_factory=list)
