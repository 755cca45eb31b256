"""X-Twilio-Signature: the proof that a webhook is Twilio's (Twilio, "Webhooks security").

The signature covers the public URL with its query and the decoded form fields, or, for any other body, the
SHA-256 of the body that the URL carries. Twilio signs with or without the port, so every variant is tried.
"""

import hashlib
from collections.abc import Iterable, Iterator
from urllib.parse import SplitResult, parse_qs, parse_qsl, urlsplit

from twilio.request_validator import RequestValidator, get_signature_algorithm

from channels.contract import PushRequest
from channels.proofs import header, same, same_as_any
from channels.sms.payload import MOST_FIELDS
from schemas.errors import Untrusted

HEADER = "X-Twilio-Signature"
FORM = "application/x-www-form-urlencoded"
_PORTS = {"https": 443, "http": 80}


class _Fields(dict[str, list[str]]):
    """Form fields in the shape the validator reads: every value of a name."""

    def getall(self, name: str) -> list[str]:
        return self[name]


def check(request: PushRequest, url: str, secrets: Iterable[str]) -> None:
    """Raise Untrusted unless one of `secrets` signed this call to the public address `url`."""
    signature = header(request.headers, HEADER)
    if not signature:
        raise Untrusted(f"the header {HEADER} is missing")
    fields = _signed_fields(request, url)
    algorithm = get_signature_algorithm(header(request.headers, "X-Twilio-Webhooks-Signature-Settings"))
    try:
        expected = [
            RequestValidator(secret).compute_signature(variant, fields, algorithm)
            for secret in secrets
            for variant in _variants(url)
        ]
    except ValueError as error:
        raise Untrusted(f"the signature cannot be checked: {error}") from error
    if not same_as_any(signature, expected):
        raise Untrusted("X-Twilio-Signature does not match; is the public URL the one Twilio was given?")


def _signed_fields(request: PushRequest, url: str) -> _Fields:
    """What the signature covers besides the URL; for a body that is no form the URL carries its hash."""
    if request.method == "GET":
        return _Fields()
    media_type = header(request.headers, "Content-Type").partition(";")[0].strip().lower()
    if media_type in ("", FORM):
        return _form(request.body)
    claimed = parse_qs(urlsplit(url).query).get("bodySHA256", [""])[0]
    if not same(hashlib.sha256(request.body).hexdigest(), claimed.lower()):
        raise Untrusted("the body is no form and the address carries no bodySHA256 that fits it")
    return _Fields()


def _form(body: bytes) -> _Fields:
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise Untrusted(f"the body is not the form that was signed: {error}") from error
    fields = _Fields()
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


def _variants(url: str) -> Iterator[str]:
    """The URL as it was given, without a port, and with the scheme's or its own."""
    parts = urlsplit(url)
    yield url
    try:
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError as error:
        raise Untrusted(f"the address has no port that could be: {error}") from error
    yield _with_host(parts, "")
    yield _with_host(parts, f":{port}" if port else "")


def _with_host(parts: SplitResult, port: str) -> str:
    credentials, at, host = parts.netloc.rpartition("@")
    bare = host.rpartition(":")[0] if parts.port else host
    return parts._replace(netloc=f"{credentials}{at}{bare}{port}").geturl()
