"""What people, case systems and operators send: the form in its three ways, outcomes, deliveries, routing rules."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

import httpx

from channels.registry import BY_NAME
from schemas import identity
from schemas.delivery import Delivery
from schemas.errors import GatewayError, Misconfigured
from schemas.outcome import Outcome
from tests.fuzz.damage import FORM, JSON, MAIL
from tests.fuzz.target import Target
from tests.unit.front.conftest import build
from workers.normalise.outcomes import Outcomes
from workers.normalise.stage import Normalise
from workers.runtime.contract import Output, Record
from workers.storage.blobs import BlobStore
from workers.triage.route import rules

_FOLDER = Path(mkdtemp(prefix="fuzz-"))
_SECRET = b"a secret of thirty-two characters"
_AT = datetime(2026, 3, 1, tzinfo=UTC)
_FRONT = build(_FOLDER / "front")
_KINDS = {
    "form: JSON API": "application/json",
    "form: urlencoded": "application/x-www-form-urlencoded",
    "form: multipart": "multipart/form-data; boundary=edge",
}


def _form(kind: str) -> Target:
    def survives(raw: bytes) -> None:
        status = asyncio.run(_post(_KINDS[kind], raw))
        assert status < 500, status

    return Target(kind, [_BODIES[kind]], survives, (*JSON, *FORM, *MAIL[:6]))


async def _post(media_type: str, raw: bytes) -> int:
    transport = httpx.ASGITransport(_FRONT.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
        return (await client.post("/complain", content=raw, headers={"Content-Type": media_type})).status_code


_BODIES = {
    "form: JSON API": b'{"description":"The parcel never came.","email":"a@b.example","phone":"+14155550100"}',
    "form: urlencoded": b"description=The+parcel+never+came&email=a%40b.example&on_behalf_of=&nonce=x",
    "form: multipart": b'--edge\r\nContent-Disposition: form-data; name="description"\r\n\r\nIt leaks.\r\n--edge\r\n'
    b'Content-Disposition: form-data; name="f"; filename="a"\r\nContent-Type: text/plain\r\n\r\nx\r\n--edge--\r\n',
}  # fmt: skip


def _outcome(raw: bytes) -> None:
    record = Record("outcomes", 0, 0, 1, b"key", raw)
    [found] = Outcomes(_SECRET).prepare([record])
    assert isinstance(found, Output | GatewayError), found


def _delivery(raw: bytes) -> None:
    record = Record("intake.deliveries", 0, 0, 1, b"key", b"Subject: x\r\n\r\nx", (("gw_delivery", raw),))
    [found] = Normalise(BY_NAME, BlobStore(_FOLDER / "blobs"), _SECRET).prepare([record])
    assert isinstance(found, list | GatewayError), found


def _rules(raw: bytes) -> None:
    path = _FOLDER / "rules.yaml"
    path.write_bytes(raw)
    try:
        rules.load(path)
    except Misconfigured:
        return


_CASE = identity.case_key(_SECRET, "f" * 32, "0000-0000-00000")
_SAID = Outcome(type="responded", reference="0000-0000-00000", case_key=_CASE, at=_AT, text="done").to_bytes()
_SENT = Delivery(
    delivery_id="mail-1-1", channel="mail", received_at=_AT, facts={"mailbox": "a@b.c"}
).to_bytes()
_YAML = (b"\n  - ", b"&a *a", b"!!python/x", b"\t", b": ", b"|\n", b"<<: *a")

TARGETS = (
    *map(_form, _KINDS),
    Target("outcomes", [_SAID], _outcome, JSON),
    Target("delivery header", [_SENT], _delivery, JSON),
    Target(
        "routing rules",
        [rules.DEFAULT_FILE.read_bytes()],
        _rules,
        (*JSON, b"\n  - ", b"&a *a", b"!!python/x", b"\t"),
    ),
)
