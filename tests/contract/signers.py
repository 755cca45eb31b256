"""How each provider proves itself, by its own description and without our code."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

SECRET = "secret-of-this-test"
Sign = Callable[[str, bytes, str], Mapping[str, str]]
"""(url, body, secret) → the headers of a genuine call."""


@dataclass(frozen=True)
class Signer:
    """What makes a door of this channel trust SECRET, and how its provider signs."""

    settings: Mapping[str, object]
    sign: Sign
    body: bytes
    rotated: Mapping[str, object]
    """The settings while SECRET is the one before the current."""


def _twilio(url: str, body: bytes, secret: str) -> Mapping[str, str]:
    signed = url + "".join(name + value for name, value in sorted(parse_qsl(body.decode())))
    digest = hmac.new(secret.encode(), signed.encode(), hashlib.sha1).digest()
    form = "application/x-www-form-urlencoded"
    return {"Content-Type": form, "X-Twilio-Signature": base64.b64encode(digest).decode()}


def _meta(url: str, body: bytes, secret: str) -> Mapping[str, str]:
    return {"X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


def _telegram(url: str, body: bytes, secret: str) -> Mapping[str, str]:
    return {"X-Telegram-Bot-Api-Secret-Token": secret}


def _x(url: str, body: bytes, secret: str) -> Mapping[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return {"x-twitter-webhooks-signature": "sha256=" + base64.b64encode(digest).decode()}


_META = Signer(
    {"app_secret": SECRET, "verify_token": "word"},
    _meta,
    b'{"object":"page","entry":[]}',
    {"app_secret": "newer", "app_secret_previous": SECRET, "verify_token": "word"},
)

SIGNERS: Mapping[str, Signer] = {
    "sms": Signer(
        {"account_sid": "AC1", "auth_token": SECRET},
        _twilio,
        b"MessageSid=SM1&From=%2B12025550123&To=%2B15005550006&Body=Hello",
        {"account_sid": "AC1", "auth_token": "newer", "auth_token_previous": SECRET},
    ),
    "whatsapp": _META,
    "messenger": _META,
    "instagram": _META,
    "telegram": Signer(
        {"bot_token": "1:a", "secret_token": SECRET},
        _telegram,
        b'{"update_id":1}',
        {"bot_token": "1:a", "secret_token": "newer", "secret_token_previous": SECRET},
    ),
    "x": Signer(
        {"consumer_secret": SECRET},
        _x,
        b'{"for_user_id":"42"}',
        {"consumer_secret": "newer", "consumer_secret_previous": SECRET},
    ),
}

SIGNS_ITS_BODY = frozenset(SIGNERS) - {"telegram"}
"""Telegram proves who sends, not what: a secret in a header."""
