"""What a channel is, and the three small protocols it may speak: Door (push), Source (pull), Replier (send).

A channel describes itself by one `Channel` value. Its parts are named by dotted paths and imported on first
use, so that a worker which only parses loads no client library.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, ParamSpec, Protocol, TypeVar, cast

from channels.storable import scrubbed
from schemas.errors import GatewayError, ParserFault, place_of
from schemas.letter import Letter
from schemas.message import MediaReference, Message
from schemas.names import ChannelName
from schemas.wire import Moment


@dataclass(frozen=True, slots=True)
class Reading:
    """One message out of one delivery; `contents` holds the bytes of `message.attachments`, in their order."""

    message: Message
    contents: tuple[bytes, ...] = ()


def storable(reading: Reading) -> Reading:
    """The reading, with every text one that UTF-8 and every store can hold (a body in UTF-7 may bring halves)."""
    message = scrubbed(reading.message)
    return reading if message is reading.message else replace(reading, message=message)


Read = Callable[[bytes, Mapping[str, str]], Sequence[Reading]]
"""`parse.read(raw, facts)`: pure; raises Unreadable. `facts` are the delivery's, see `Inbound.facts`."""

IdentityParts = Callable[[bytes, Message, Mapping[str, str]], tuple[bytes, ...]]
"""`parse.identity_parts(raw, message, facts)`: what makes this message the same message again. Frozen."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """Raw bytes as they came, before anything was read.

    `account` is ours (mailbox, number, page). `received_at` is the channel's receipt. `facts` are what only
    the transport knows (uid, envelope recipient, trusted authserv-id); strings, no secrets.
    """

    raw: bytes
    media_type: str
    account: str
    received_at: Moment
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Deployment:
    """What a channel must know of the house it stands in.

    `public_url` has no trailing slash; webhooks are at `<public_url>/in/<channel>`. `secret` keys tokens. `folder` is
    where a channel keeps what must outlive a restart (`channels.keeping`); None: nowhere.
    """

    public_url: str
    organisation: str
    secret: bytes
    user_agent: str = "complaints-gateway"
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class PushRequest:
    """A webhook call. `url` is the configured public URL of the path, never what a header claims."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    received_at: Moment


@dataclass(frozen=True, slots=True)
class Answer:
    """What a webhook's caller wants to hear once the bytes are durable."""

    status: int = 200
    body: bytes = b""
    media_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Verified:
    """A call that proved itself: what to make durable (may be nothing) and what to answer then."""

    deliveries: tuple[Inbound, ...] = ()
    answer: Answer = Answer()


class Door(Protocol):
    """A push entrance. It verifies and never parses."""

    def admit(self, method: str, headers: Mapping[str, str]) -> None:
        """What the head alone can tell, before a byte of the body is read; raises Untrusted."""
        ...

    def verify(self, request: PushRequest) -> Verified:
        """Check the caller's proof over the raw bytes; raises Untrusted."""
        ...


@dataclass(frozen=True, slots=True)
class Collected:
    """One delivery from a pull source and the position that stands after it is durable.

    `server_count` is how many the server says there are up to this position, when it can say so.
    """

    inbound: Inbound
    position: str
    token: Any = None


@dataclass(frozen=True, slots=True)
class Look:
    """When a source last found out all there is, how often it means to (seconds), and what is not as it should be."""

    at: Moment | None = None
    every: float = 60.0
    notice: str = ""


class Source(Protocol):
    """A pull entrance for one account. It leaves everything unconfirmed on the server until told."""

    account: str
    look: Look
    """The last look that the provider answered wholly; it is how people see that an account is still read."""

    def receive(self, position: str | None) -> AsyncIterator[Collected]:
        """Yield what came after `position` (opaque, None on the first start), oldest first, for ever.

        Raises Unavailable when the server is away; the collector backs off and calls again.
        """
        ...

    async def confirm(self, collected: Sequence[Collected]) -> None:
        """Mark as taken on the server; may be repeated."""
        ...

    async def aclose(self) -> None:
        """Give the connection back; bounded."""
        ...


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider took the letter. `provider_id` is its id there (Message-ID, SID, status id)."""

    provider_id: str
    detail: str = ""


class Replier(Protocol):
    """The way out on the channel. One letter, one attempt; retries are the letters stage's."""

    async def reply(self, letter: Letter) -> Sent:
        """Send. Raises Unavailable (try again later), Refused (never), Unclear (may have arrived)."""
        ...

    async def find(self, letter: Letter) -> Sent | None:
        """After an unclear end: ask the provider whether it has the letter. Raises Unavailable.

        None means surely not sent. Raises Unclear where the provider cannot tell.
        """
        ...

    async def aclose(self) -> None:
        """Close what is pooled; bounded."""
        ...


@dataclass(frozen=True, slots=True)
class Located:
    """Where media are right now. `headers` (credentials) go to the origin of `url` and to no other."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)


class MediaLocator(Protocol):
    """Says where media are that a message only refers to. It never downloads: the fetch stage does, safely."""

    provider: str
    """The configured base address: its origin alone may lie in a private network."""

    async def locate(self, reference: MediaReference) -> Located:
        """Ask the provider. Raises Unavailable (try again later), Refused (never)."""
        ...

    async def aclose(self) -> None:
        """Close what is pooled; bounded."""
        ...


@dataclass(frozen=True, slots=True)
class Probe:
    """A complaint of the house's own making. `text` carries the mark and must come through as it is.

    `nonce` tells it from every other. `by_mail`: its letter may go by mail (it ends in a sink before the wire).
    """

    nonce: str
    subject: str
    text: str
    by_mail: bool


class Unclear(Exception):
    """A letter may or may not have left, and the channel cannot tell: a person's task, not a resend."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What `gateway doctor` found of one thing: `says` is how it does, or what to mend when it is not `ok`."""

    what: str
    ok: bool
    says: str


@dataclass(frozen=True, slots=True)
class Uncollected:
    """What still lies at a provider: how many, since when the oldest, or why that cannot be seen."""

    account: str
    count: int = 0
    oldest: Moment | None = None
    trouble: str = ""


_Args = ParamSpec("_Args")
_Result = TypeVar("_Result")


def _typed(reader: Callable[_Args, _Result], *args: _Args.args, **named: _Args.kwargs) -> _Result:
    """What a reader answers. What it raises and never should is this input's ParserFault."""
    try:
        return reader(*args, **named)
    except (GatewayError, MemoryError):
        raise
    except Exception as error:
        raise ParserFault(f"our reader failed: {place_of(error)}") from error


@cache
def load(path: str) -> Any:
    """Import `package.module:name` on first use."""
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)


@dataclass(frozen=True, slots=True)
class Channel:
    """One way in and out. Paths are `module:name`; a channel without a part leaves it empty.

    `settings`: a pydantic-settings class with prefix `CHANNEL_<NAME>_` and a property `enabled`.
    `door`: `build(settings, deployment) -> Door`. `sources`: `build(settings, deployment) -> Sequence[Source]`.
    `replier`: `build(settings, deployment) -> Replier`; called inside the running event loop.
    `media`: `build(settings, deployment) -> MediaLocator`; without one, only addresses in messages are fetched.
    `checks`: `check(settings, deployment) -> AsyncIterator[Finding]`: logs in everywhere, changes nothing.
    `uncollected`: `look(settings, deployment, positions) -> AsyncIterator[Uncollected]`, one for each account that has
    a position (account → position of its source): what came in there and was not taken yet.
    `probe`: `enter(settings, deployment, probe) -> None`, a coroutine: brings a complaint of the house's own in by the
    door that people use. Raises Unavailable (people do not get in either), Misconfigured. Only where it costs nothing.
    `template`: which letter templates apply (`long` for mail, `short` for SMS and public networks).
    `letter_limit`: characters a letter may have, 0 for none.
    `call_bytes`: what a call of its webhook may hold at most; a larger one is not read.
    """

    name: ChannelName
    title: str
    parse: str
    settings: str
    door: str = ""
    sources: str = ""
    replier: str = ""
    media: str = ""
    checks: str = ""
    uncollected: str = ""
    probe: str = ""
    template: str = "long"
    letter_limit: int = 0
    call_bytes: int = 1024 * 1024

    def read(self, raw: bytes, facts: Mapping[str, str]) -> Sequence[Reading]:
        """Parse one delivery; raises Unreadable, whatever the reader raised, and no text holds half a character."""
        read = cast(Read, load(f"{self.parse}:read"))
        return [storable(reading) for reading in _typed(read, raw, facts)]

    def identity_parts(self, raw: bytes, message: Message, facts: Mapping[str, str]) -> tuple[bytes, ...]:
        """What makes this message the same one when it comes again; raises Unreadable."""
        return _typed(cast(IdentityParts, load(f"{self.parse}:identity_parts")), raw, message, facts)
