"""Proofs that providers give at the doors: Meta's and X's challenges, Meta's signatures over recorded bodies."""

from collections.abc import Iterator
from datetime import UTC, datetime

from channels.contract import Door, PushRequest, Verified
from channels.meta_door import MetaDoor
from channels.x.adapter import XDoor
from schemas.errors import Untrusted
from tests.corpora.checks import Check, same
from tests.corpora.material import Entry, entries, kinds

_SIGNED = "x_hub_signature_256"


def meta() -> Iterator[Check]:
    """The challenge, and every recorded webhook that carries a signature, whole and with one byte more."""
    for entry in entries("signature_meta"):
        given = entry.line["input"]
        door = MetaDoor([], given["verify_token"], "")
        answer = _verified(door, "GET", f"https://gateway.example/in?{given['query']}")
        yield same(entry, "value", entry.expected["accepted"], answer is not None)
        if answer and "response_body" in entry.expected:
            yield same(entry, "value", entry.expected["response_body"], answer.answer.body.decode())
    for kind in kinds():
        for entry in entries(kind) if kind.startswith("webhook_") else ():
            if _SIGNED in entry.line.get("request", {}):
                yield from _signed(entry)


def _signed(entry: Entry) -> Iterator[Check]:
    request = entry.line["request"]
    door = MetaDoor([request["app_secret"]], "", "")
    for body, accepted in ((entry.raw(), True), (entry.raw() + b" ", False)):
        answer = _verified(door, "POST", "https://gateway.example/in", body, request[_SIGNED])
        yield same(entry, "signature", accepted, answer is not None)


def x() -> Iterator[Check]:
    """The CRC challenge of the Account Activity API."""
    for entry in entries("signature_x"):
        given, token = entry.line["input"], entry.line["input"]["crc_token"]
        url = "https://gateway.example/in" + (f"?crc_token={token}" if token else "")
        answer = _verified(XDoor([given["consumer_secret"]], ""), "GET", url)
        wanted = entry.expected.get("upstream_response_status", 200)
        yield same(entry, "value", wanted, answer.answer.status if answer else 403)


def _verified(door: Door, method: str, url: str, body: bytes = b"", signature: str = "") -> Verified | None:
    headers = {"X-Hub-Signature-256": signature} if signature else {}
    try:
        return door.verify(PushRequest(method, url, headers, body, datetime.now(UTC)))
    except Untrusted:
        return None
