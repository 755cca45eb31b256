"""X-Twilio-Signature: what is accepted, and every way of not being Twilio (attacks 1 and 3)."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from channels.contract import PushRequest
from channels.sms.adapter import SmsDoor
from schemas.errors import Untrusted

URL = "https://gateway.example/in/sms"
TOKEN = "token-of-this-test"
FIELDS = {"MessageSid": "SM1", "From": "+12025550123", "To": "+15005550006", "Body": "Käse & Brot +1"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def sign(url: str, fields: dict[str, str], token: str = TOKEN) -> str:
    """The signature by the provider's description, not by its library."""
    text = url + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), hashlib.sha1)).decode()


def call(headers: dict[str, str], body: bytes, url: str = URL, method: str = "POST") -> PushRequest:
    return PushRequest(method, url, headers, body, datetime(2026, 3, 1, tzinfo=UTC))


def signed(url: str = URL, signed_url: str = "", token: str = TOKEN) -> PushRequest:
    headers = {**FORM, "x-twilio-signature": sign(signed_url or url, FIELDS, token)}
    return call(headers, urlencode(FIELDS).encode(), url)


DOOR = SmsDoor((TOKEN, "the-next-token"))


def test_a_signed_form_is_delivered_as_it_came() -> None:
    request = signed(URL + "?letter=abc&key=def")
    verified = DOOR.verify(request)
    (inbound,) = verified.deliveries
    assert inbound.raw == request.body
    assert inbound.account == "+15005550006"
    assert inbound.facts == {"query": "letter=abc&key=def"}
    assert b"<Response/>" in verified.answer.body
    assert verified.answer.media_type.startswith("text/xml")


def test_both_tokens_are_good_during_rotation() -> None:
    assert DOOR.verify(signed(token="the-next-token")).deliveries


@pytest.mark.parametrize(
    ("ours", "signed_url"),
    [
        ("https://gateway.example/in/sms", "https://gateway.example:443/in/sms"),
        ("https://gateway.example:8443/in/sms", "https://gateway.example/in/sms"),
        ("https://gateway.example:8443/in/sms", "https://gateway.example:8443/in/sms"),
        ("http://gateway.example/in/sms", "http://gateway.example:80/in/sms"),
        ("https://u:p@gateway.example:8443/in/sms", "https://u:p@gateway.example/in/sms"),
    ],
)
def test_twilio_signs_with_or_without_the_port(ours: str, signed_url: str) -> None:
    assert DOOR.verify(signed(ours, signed_url)).deliveries


def test_the_configured_address_is_what_is_signed() -> None:
    door = SmsDoor((TOKEN,), "https://public.example/hooks/sms")
    headers = {**FORM, "X-Twilio-Signature": sign("https://public.example/hooks/sms?key=1", FIELDS)}
    inside = call(headers, urlencode(FIELDS).encode(), "http://10.0.0.7:8080/in/sms?key=1")
    assert door.verify(inside).deliveries


def json_call(body: bytes, claimed: str) -> PushRequest:
    url = f"{URL}?bodySHA256={claimed}"
    headers = {"Content-Type": "application/json", "X-Twilio-Signature": sign(url, {})}
    return call(headers, body, url)


def test_a_json_body_is_proven_by_its_hash() -> None:
    body = b'[{"data": {"messageSid": "SM1"}}]'
    assert DOOR.verify(json_call(body, hashlib.sha256(body).hexdigest())).deliveries


def test_a_get_webhook_is_its_query() -> None:
    url = f"{URL}?{urlencode(FIELDS)}"
    (inbound,) = DOOR.verify(call({"X-Twilio-Signature": sign(url, {})}, b"", url, "GET")).deliveries
    assert inbound.raw == urlencode(FIELDS).encode()


BODY = urlencode(FIELDS).encode()
GOOD = sign(URL, FIELDS)
REFUSED = {
    "no signature": call(FORM, BODY),
    "empty signature": call({**FORM, "X-Twilio-Signature": ""}, BODY),
    "wrong signature": call({**FORM, "X-Twilio-Signature": GOOD[:-2] + "A="}, BODY),
    "not ascii": call({**FORM, "X-Twilio-Signature": "ünsigned"}, BODY),
    "another account": signed(token="another-account"),
    "tampered body": call({**FORM, "X-Twilio-Signature": GOOD}, BODY.replace(b"Brot", b"Geld")),
    "one more field": call({**FORM, "X-Twilio-Signature": GOOD}, BODY + b"&NumMedia=1"),
    "a field twice": call({**FORM, "X-Twilio-Signature": GOOD}, BODY + b"&Body=other"),
    "another path": call({**FORM, "X-Twilio-Signature": GOOD}, BODY, URL + "/x"),
    "another query": call({**FORM, "X-Twilio-Signature": GOOD}, BODY, URL + "?letter=other"),
    "json without hash": call(
        {"Content-Type": "application/json", "X-Twilio-Signature": sign(URL, {})}, b"{}"
    ),
    "json of another hash": json_call(b"{}", "0" * 64),
    "json with empty hash": json_call(b"{}", ""),
    "not utf-8": call({**FORM, "X-Twilio-Signature": GOOD}, b"Body=\xff\xfe\xff"),
    "too many fields": call({**FORM, "X-Twilio-Signature": GOOD}, b"a=1&" * 2000),
    "unknown algorithm": call(
        {**FORM, "X-Twilio-Signature": GOOD, "X-Twilio-Webhooks-Signature-Settings": "algorithm=ROT13"}, BODY
    ),
    "no port that could be": call(
        {**FORM, "X-Twilio-Signature": GOOD}, BODY, "https://gateway.example:99999/in/sms"
    ),
    "no content type, json": call({"X-Twilio-Signature": sign(URL, {})}, b'{"MessageSid": "SM1"}'),
}


@pytest.mark.parametrize("name", REFUSED)
def test_everything_else_is_untrusted(name: str) -> None:
    with pytest.raises(Untrusted):
        DOOR.verify(REFUSED[name])


def test_without_a_secret_nothing_is_trusted() -> None:
    with pytest.raises(Untrusted):
        SmsDoor(()).verify(signed())


def test_a_shared_key_signs_by_sha_256() -> None:
    text = URL + "".join(name + FIELDS[name] for name in sorted(FIELDS))
    signature = base64.b64encode(hmac.digest(TOKEN.encode(), text.encode(), hashlib.sha256)).decode()
    headers = {
        **FORM,
        "X-Twilio-Signature": signature,
        "X-Twilio-Webhooks-Signature-Settings": "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256",
    }
    assert DOOR.verify(call(headers, BODY)).deliveries
