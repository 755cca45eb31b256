"""Twilio's way in: messages and status callbacks come to one address and are asked for the same proof."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from channels.contract import Answer, Deployment, Inbound, PushRequest, Verified
from channels.proofs import header
from channels.sms import signature
from channels.sms.payload import form
from channels.sms.settings import SmsSettings
from schemas.errors import Unreadable, Untrusted

TWIML = Answer(
    body=b'<?xml version="1.0" encoding="UTF-8"?><Response/>', media_type="text/xml; charset=utf-8"
)
"""No reply in the answer itself: letters go out through the one outbound gate."""


class SmsDoor:
    """Verifies X-Twilio-Signature over the configured public address; the raw form is the delivery."""

    def __init__(self, secrets: tuple[str, ...], public_url: str = "") -> None:
        self._secrets = secrets
        self._public_url = public_url

    def admit(self, method: str, headers: Mapping[str, str]) -> None:
        """Every call carries a signature; raises Untrusted."""
        if not header(headers, signature.HEADER):
            raise Untrusted(f"the header {signature.HEADER} is missing")

    def verify(self, request: PushRequest) -> Verified:
        """Raises Untrusted for every call that is not proven to be Twilio's."""
        query = urlsplit(request.url).query
        url = request.url
        if self._public_url:
            url = f"{self._public_url}?{query}" if query else self._public_url
        signature.check(request, url, self._secrets)
        body = query.encode() if request.method == "GET" else request.body
        inbound = Inbound(
            raw=body,
            media_type=header(request.headers, "Content-Type") or signature.FORM,
            account=_account(body),
            received_at=request.received_at,
            facts={"query": query},
        )
        return Verified((inbound,), TWIML)


def _account(body: bytes) -> str:
    """Our number: the recipient of a message, the sender of a letter; empty when the body does not say."""
    try:
        fields = form(body)
    except Unreadable:
        return ""
    incoming = fields.get("SmsStatus", "received") == "received"
    return fields.get("To" if incoming else "From", "")[:64]


def build_door(settings: SmsSettings, deployment: Deployment) -> SmsDoor:
    """The door for the numbers of this account."""
    return SmsDoor(settings.webhook_secrets, settings.public_url)
