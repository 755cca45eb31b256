"""The door that WhatsApp, Messenger and Instagram share: Meta's webhooks (Graph API, "Webhooks: getting started").

A GET proves that we know the verify token and gets its challenge back; a POST is signed over its raw bytes.
"""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

from channels.contract import Answer, Inbound, PushRequest, Verified
from channels.proofs import header, hex_digest, same, same_as_any
from schemas.errors import Untrusted

PREFIX = "sha256="
SIGNATURE_HEADER = "X-Hub-Signature-256"


class MetaDoor:
    """`secrets`: the app secret, and the one before it during rotation. `account` is ours, for the facts."""

    def __init__(self, secrets: Sequence[str], verify_token: str, account: str) -> None:
        self._secrets = [secret for secret in secrets if secret]
        self._verify_token = verify_token
        self._account = account

    def admit(self, method: str, headers: Mapping[str, str]) -> None:
        """A call that is no challenge carries a signature; raises Untrusted."""
        if method != "GET" and not header(headers, SIGNATURE_HEADER).startswith(PREFIX):
            raise Untrusted(f"{SIGNATURE_HEADER} is missing")

    def verify(self, request: PushRequest) -> Verified:
        """Answer a challenge, or let a signed body in. Raises Untrusted."""
        if request.method == "GET":
            return Verified((), self._challenge(request.url))
        given = header(request.headers, SIGNATURE_HEADER)
        expected = [PREFIX + hex_digest(secret, request.body) for secret in self._secrets]
        if not given or not same_as_any(given, expected):
            raise Untrusted(f"{SIGNATURE_HEADER} is missing or does not match the app secret")
        inbound = Inbound(
            raw=request.body,
            media_type="application/json",
            account=self._account,
            received_at=request.received_at,
        )
        return Verified((inbound,), Answer(body=b"EVENT_RECEIVED"))

    def _challenge(self, url: str) -> Answer:
        query = parse_qs(urlsplit(url).query)
        token = query.get("hub.verify_token", [""])[0]
        if query.get("hub.mode") != ["subscribe"] or not same(token, self._verify_token):
            raise Untrusted("hub.verify_token does not match the verify token that was set")
        return Answer(body=query.get("hub.challenge", [""])[0].encode())
