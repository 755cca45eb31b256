"""A front door on fakes passed in at its edge: what it took in and refused can be looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from channels.contract import Answer, Inbound, PushRequest, Verified
from gateway.front import Front, FrontOptions
from gateway.http import create_app
from gateway.metrics import FrontMetrics
from schemas.deadletter import DeadLetter
from schemas.errors import Unavailable, Untrusted
from schemas.form import FilledForm
from schemas.names import ChannelName
from schemas.operations import Operations
from workers.storage.blobs import BlobStore

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECRET = b"unit-test-secret-of-32-bytes-len"
PUBLIC = "http://127.0.0.1:8080"
TOKEN = "operator-token-for-tests"
OPERATOR = {"authorization": f"Bearer {TOKEN}"}
HTML = {"accept": "text/html,application/xhtml+xml;q=0.9"}


@dataclass
class Taking:
    """Stands where intake stands."""

    taken: list[tuple[ChannelName, Inbound]] = field(default_factory=list)
    away: bool = False
    spooled: int = 3
    spool_bytes: int = 700
    spooled_since: datetime | None = AT
    lost: int = 0
    wrong: Sequence[str] = ()

    async def accept(self, channel: ChannelName, inbounds: Sequence[Inbound]) -> list[str]:
        if self.away:
            raise Unavailable("nowhere to keep it", 30)
        self.taken += [(channel, inbound) for inbound in inbounds]
        return [f"t-1-{len(self.taken)}"]

    def refusal(self) -> str:
        return "the spool is full" if self.away else ""

    def trouble(self) -> Sequence[str]:
        return self.wrong

    def forms(self) -> list[FilledForm]:
        return [FilledForm.read(inbound.raw) for _, inbound in self.taken]


@dataclass
class Cases:
    """Stands where the case view stands."""

    known: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def case(self, reference: str) -> dict[str, Any] | None:
        return self.known.get(reference)

    async def recent(self, limit: int) -> list[dict[str, Any]]:
        return list(self.known.values())[:limit]


class Quiet:
    """Nothing happens."""

    async def operations(self) -> Operations:
        return Operations(at=AT, longest_waiting_seconds=61.5, waiting=2)


@dataclass
class Letterbox:
    """Dead letters that a test put there."""

    letters: list[DeadLetter] = field(default_factory=list)
    replayed: list[str] = field(default_factory=list)
    by: list[str] = field(default_factory=list)

    async def waiting(self, most: int) -> Sequence[DeadLetter]:
        return self.letters[:most]

    async def one(self, key: str) -> DeadLetter | None:
        return next((letter for letter in self.letters if letter.key == key), None)

    async def replay(self, key: str, by: str) -> None:
        self.replayed.append(key)
        self.by.append(by)


@dataclass
class Signed:
    """A door whose proof is a header; keeps what it was asked."""

    asked: list[PushRequest] = field(default_factory=list)

    def admit(self, method: str, headers: Mapping[str, str]) -> None:
        if "x-proof" not in headers:
            raise Untrusted("no proof")

    def verify(self, request: PushRequest) -> Verified:
        self.asked.append(request)
        if request.headers.get("x-proof") != "right":
            raise Untrusted("wrong proof")
        inbound = Inbound(request.body, "text/plain", "account", request.received_at)
        return Verified((inbound,), Answer(200, b"<Response/>", "application/xml"))


@dataclass
class House:
    """The app and everything around it."""

    app: Starlette
    intake: Taking
    cases: Cases
    letters: Letterbox
    door: Signed
    front: Front

    def client(
        self, peer: str = "127.0.0.1", base: str = PUBLIC, operator: bool = False
    ) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=(peer, 4711))
        return httpx.AsyncClient(transport=transport, base_url=base, headers=OPERATOR if operator else {})


def build(folder: Path, **options: Any) -> House:
    """A house with these options of the front."""
    intake, cases, letters, door = Taking(), Cases(), Letterbox(), Signed()
    given = {
        "public_url": PUBLIC, "organisation": "Riverside <b>Utilities</b>", "secret": SECRET, "operator_token": TOKEN,
    } | options  # fmt: skip
    front = Front(
        options=FrontOptions(**given),
        intake=intake,
        doors={"sms": door},
        blobs=BlobStore(folder),
        view=cases,
        operations=Quiet(),
        metrics=FrontMetrics(),
        clock=lambda: AT,
        dead_letters=letters,
    )
    return House(create_app(front), intake, cases, letters, door, front)


@pytest.fixture
def house(tmp_path: Path) -> House:
    """The defaults: loopback, with an operator's token."""
    return build(tmp_path)
