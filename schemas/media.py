"""Media by reference: what the fetch stage is asked for, and what it tells the case."""

from typing import Literal

from schemas.message import Attachment, MediaReference
from schemas.names import ChannelName
from schemas.wire import Moment, Wire

MEDIA_WANTED = "gateway.media.wanted.v1"
ATTACHMENT_STORED = "gateway.attachment.stored.v1"
ATTACHMENT_FAILED = "gateway.attachment.failed.v1"

Scan = Literal["unscanned", "clean", "infected"]
"""What the virus scanner says; `unscanned` without one, or when it could not look inside."""


class MediaWanted(Wire):
    """One thing to fetch (`media`), or one that is here already and only wants a scan (`stored`).

    `wanted_id` is a function of the message and the place in it. `reference` and `person_key` are the case's,
    `identity` the message's; `at` is when it was asked for.
    """

    wanted_id: str
    reference: str
    person_key: str
    identity: str
    channel: ChannelName
    account: str = ""
    media: MediaReference | None = None
    stored: Attachment | None = None
    at: Moment


class FetchedAttachment(Attachment):
    """Bytes in the blob store, with the scanner's word. Quarantined: a person opens it knowingly or not at all."""

    scan: Scan = "unscanned"
    scan_says: str = ""
    quarantined: bool = False


class AttachmentNews(Wire):
    """How it ended: `stored` with the attachment, or `failed` with the reason. One for each thing wanted."""

    state: Literal["stored", "failed"]
    wanted_id: str
    reference: str
    person_key: str
    identity: str
    channel: ChannelName
    media: MediaReference | None = None
    attachment: FetchedAttachment | None = None
    reason: str = ""
    attempts: int = 0
    at: Moment
