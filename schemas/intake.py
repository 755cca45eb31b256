"""What travels on `intake.messages`: everything that one triage partition has to hear, keyed by the person."""

from pydantic import Field

from schemas.message import Message
from schemas.names import ChannelName
from schemas.wire import Moment, Wire

ARRIVAL = "gateway.message.arrived.v1"
OUTCOME = "gateway.outcome.v1"
LETTER_STATUS = "gateway.letter.status.v1"
ALIAS = "gateway.alias.v1"


class Alias(Wire):
    """An address named in the message that opened a case; the record's key is its person key, `named_key`.

    `reference` is that case, `home_key` the person key of its partition, `cause` the message's identity.
    `withdrawn` takes the alias back: the named address's row becomes a tombstone.
    """

    reference: str
    named_key: str
    home_key: str
    cause: str
    at: Moment
    withdrawn: bool = False


class Arrival(Wire):
    """A message that arrived, with everything the rules need and nothing they would have to ask for.

    `identity` is the message's; `logged_at` the broker's time of the delivery, the only one for windows;
    `received_at` the channel's receipt, never later than `logged_at` + 5 min.
    """

    identity: str
    identity_version: int = 1
    delivery_id: str
    channel: ChannelName
    account: str = ""
    person_key: str
    other_keys: list[str] = Field(default_factory=list)
    reference: str
    logged_at: Moment
    received_at: Moment
    raw_sha256: str
    raw_bytes: int
    backfill: bool = False
    """Older than the source's start: taken in, but no letter is written for it."""
    forwarded: bool = False
    """Sent on by an alias once; it is never sent on again."""
    home_key: str = ""
    """While it is heard at another home: that home's person key. Empty again when it came back unjoined."""
    test: bool = False
    message: Message
