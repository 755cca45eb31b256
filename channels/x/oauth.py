"""OAuth 1.0a signatures (RFC 5849, HMAC-SHA1) for calls as our account. Pure: nonce and time come in.

Bodies are JSON and are not signed; the query is.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Keys:
    """Who calls (the app) for whom (the account)."""

    consumer_key: str
    consumer_secret: str
    token: str
    token_secret: str


@dataclass(frozen=True, slots=True)
class Once:
    """What makes a call its own: a nonce, and seconds since 1970."""

    nonce: str
    timestamp: int


def authorization(keys: Keys, once: Once, method: str, url: str, query: Mapping[str, str]) -> str:
    """The header `Authorization` for a call of `url` (without query) with `query`."""
    oauth = {
        "oauth_consumer_key": keys.consumer_key,
        "oauth_nonce": once.nonce,
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": str(once.timestamp),
        "oauth_token": keys.token,
        "oauth_version": "1.0",
    }
    oauth["oauth_signature"] = _signature(keys, method, url, {**query, **oauth})
    return "OAuth " + ", ".join(f'{name}="{_encoded(value)}"' for name, value in sorted(oauth.items()))


def _signature(keys: Keys, method: str, url: str, parameters: Mapping[str, str]) -> str:
    pairs = sorted((_encoded(name), _encoded(value)) for name, value in parameters.items())
    text = "&".join(f"{name}={value}" for name, value in pairs)
    base = "&".join((method.upper(), _encoded(url), _encoded(text)))
    key = f"{_encoded(keys.consumer_secret)}&{_encoded(keys.token_secret)}"
    return base64.b64encode(hmac.digest(key.encode(), base.encode(), hashlib.sha1)).decode()


def _encoded(text: str) -> str:
    return quote(text, safe="-._~")
