"""Vectors of the telephone world: numbers, segments, Twilio's signatures."""

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlencode

from channels import phone
from channels.contract import PushRequest
from channels.sms import segments, signature
from schemas.errors import Untrusted
from tests.corpora.checks import Check, same
from tests.corpora.material import Entry, entries


def numbers() -> Iterator[Check]:
    """E.164, and senders that are no numbers."""
    for entry in entries("phone_numbers"):
        number = entry.line["input"].get("number", "")
        region = entry.line["input"].get("default_country", "")
        if "e164" in entry.expected:
            yield same(entry, "value", entry.expected["e164"], phone.e164(number, region))
        if "normalised_sender" in entry.expected:
            found = phone.sender_address(number, region=region).value
            yield same(entry, "value", entry.expected["normalised_sender"].lower(), found.lower())


def lengths() -> Iterator[Check]:
    """Encoding, segments, bits, septets."""
    for entry in entries("sms_segments"):
        text, expected = entry.line["input"]["text"], entry.expected
        found = segments.measure(text)
        measured = {
            "segments": found.count,
            "encoding": found.encoding,
            "message_size_bits": found.message_bits,
            "total_size_bits": found.total_bits,
            "is_gsm7": segments.is_gsm7(text),
        }
        for name in measured.keys() & expected.keys():
            yield same(entry, "value", expected[name], measured[name])
        if expected.get("gsm7_septets_hex"):
            yield same(entry, "value", expected["gsm7_septets_hex"].lower(), segments.septets(text).hex())


def signatures() -> Iterator[Check]:
    """X-Twilio-Signature over forms and JSON."""
    for entry in entries("signature_twilio"):
        yield same(entry, "value", entry.expected["valid"], _verified(entry))


def _verified(entry: Entry) -> bool:
    given = entry.line["input"]
    form = given["params"] is not None
    body = urlencode(given["params"]) if form else given["body"]
    media_type = "application/x-www-form-urlencoded" if form else "application/json"
    headers = {"X-Twilio-Signature": given["x_twilio_signature"], "Content-Type": media_type}
    request = PushRequest("POST", given["url"], headers, body.encode(), datetime.now(UTC))
    try:
        signature.check(request, given["url"], [given["auth_token"]])
    except Untrusted:
        return False
    return True
