"""What the front door is put together from. Bootstrap chooses the real things; tests pass their own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlsplit

from channels.contract import Door, Inbound
from channels.webform.settings import WebformSettings
from gateway.addresses import NO_PROXIES, Proxies
from gateway.metrics import FrontMetrics
from gateway.sessions import Sessions
from schemas.deadletter import DeadLetter
from schemas.names import ChannelName
from schemas.operations import Operations
from workers.storage.blobs import BlobStore

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Accepts(Protocol):
    """Intake, as the pages and webhooks see it."""

    @property
    def spooled(self) -> int: ...

    @property
    def spool_bytes(self) -> int: ...

    @property
    def spooled_since(self) -> datetime | None: ...

    @property
    def lost(self) -> int: ...

    async def accept(self, channel: ChannelName, inbounds: Sequence[Inbound]) -> list[str]: ...

    def refusal(self) -> str:
        """Why nothing can be taken in now; empty while it can."""
        ...

    def trouble(self) -> Sequence[str]:
        """What is wrong behind the door, in sentences, also while complaints can be taken in."""
        ...


class CaseView(Protocol):
    """What pages may ask about cases: the contract JSON of `gateway case --json`, aliases resolved."""

    async def case(self, reference: str) -> dict[str, Any] | None: ...

    async def recent(self, limit: int) -> list[dict[str, Any]]:
        """The newest cases, newest first, one line each."""
        ...


class OperationsView(Protocol):
    """What the live page shows."""

    async def operations(self) -> Operations: ...


class DeadLetters(Protocol):
    """What operators may do about dead letters from a page."""

    async def waiting(self, most: int) -> Sequence[DeadLetter]:
        """Unresolved ones, the newest first."""
        ...

    async def one(self, key: str) -> DeadLetter | None: ...

    async def replay(self, key: str, by: str) -> None:
        """Send the original bytes in once more, with the identity and key they had; raises Unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Way:
    """One way to complain, for the public page: the channel, what to write to, a link if there is one."""

    title: str
    address: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """What complainants are promised (ISO 10002, 6 and 7.1); outside bodies as (name, link)."""

    acknowledge_within: timedelta = timedelta(days=1)
    respond_within: timedelta = timedelta(days=14)
    outside_bodies: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class FrontOptions:
    """`public_url` has no trailing slash; `host` is the address that is listened on."""

    public_url: str
    organisation: str
    secret: bytes
    host: str = "127.0.0.1"
    operator_token: str = ""
    operator_name: str = "operator"
    """Who holds the token, for the log and the audit."""
    body_limit_bytes: int = 30 * 1024 * 1024
    trusted_proxies: Proxies = NO_PROXIES
    default_language: str = "en"
    webform: WebformSettings = field(default_factory=WebformSettings)
    clerks: bool = True
    """Whether staff may enter complaints in the console."""
    policy: Policy = Policy()
    ways: Sequence[Way] = ()

    @property
    def base_path(self) -> str:
        """The path of the public address without a trailing slash: before every link and redirect of the pages."""
        return urlsplit(self.public_url).path.rstrip("/")

    @property
    def private(self) -> bool:
        """Whether only this machine can reach us, as far as the settings tell."""
        return self.host in _LOOPBACK and urlsplit(self.public_url).hostname in _LOOPBACK


@dataclass(frozen=True, slots=True)
class Front:
    """Everything that the pages and webhooks need."""

    options: FrontOptions
    intake: Accepts
    doors: Mapping[ChannelName, Door]
    blobs: BlobStore
    view: CaseView
    operations: OperationsView
    metrics: FrontMetrics
    clock: Callable[[], datetime]
    dead_letters: DeadLetters | None = None
    sessions: Sessions = field(default_factory=Sessions)
    instance: str = "local"
    troubles: Sequence[Callable[[], Sequence[str]]] = ()
    """Who else has something to say on /readyz: each gives sentences about what is wrong behind the door."""
