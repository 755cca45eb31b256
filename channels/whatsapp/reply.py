"""Letters by WhatsApp (Meta, "Cloud API: messages"): text inside the 24-hour window, a template outside it.

The API has no idempotency key and no look-up. `biz_opaque_callback_data` brings the letter's id and key back in
every status, so that a letter whose answer was lost is still accounted for.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from channels.calls import answered, told
from channels.contract import Deployment, Sent, Unclear
from channels.json_body import objects
from channels.meta_graph import Graph
from channels.whatsapp.settings import WhatsappSettings
from schemas.errors import Misconfigured, Refused
from schemas.letter import Letter

Json = dict[str, Any]


def _now() -> datetime:
    return datetime.now(UTC)


class WhatsappReplier:
    """One message for each letter, as an answer to the message that complained."""

    def __init__(self, settings: WhatsappSettings, now: Callable[[], datetime] = _now) -> None:
        token = settings.access_token.get_secret_value()
        self._settings = settings
        self._graph = Graph(settings.api_base, settings.api_version, token, settings.timeout_seconds)
        self._now = now

    async def reply(self, letter: Letter) -> Sent:
        """Send. Raises Refused, Unavailable, and Unclear when no answer came back."""
        number = letter.route.account or self._settings.phone_number_id
        if not number:
            raise Misconfigured("CHANNEL_WHATSAPP_PHONE_NUMBER_ID", "set the number that letters come from")
        body = {**self._envelope(letter), **self._content(letter)}
        response = await self._graph.send(f"/{number}/messages", json=body)
        first = next(iter(objects(answered(response, Unclear).get("messages"))), None)
        return Sent(told(first, "id"), body["type"])

    async def find(self, letter: Letter) -> Sent | None:
        """WhatsApp cannot be asked: always Unclear; a status callback settles it."""
        raise Unclear("WhatsApp has no look-up of messages")

    def _envelope(self, letter: Letter) -> Json:
        return {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **_recipient(letter.route.handle or letter.route.address.value),
            "biz_opaque_callback_data": f"{letter.letter_id}.{letter.key}",
        }

    def _content(self, letter: Letter) -> Json:
        """Our own words while the window is open; after it the approved template with the reference."""
        until = letter.route.open_until
        if until is None or self._now() < until:
            said: Json = {"type": "text", "text": {"body": letter.text, "preview_url": False}}
            return said | ({"context": {"message_id": letter.route.thread}} if letter.route.thread else {})
        if not self._settings.template_name:
            raise Refused(
                "the 24-hour window is over and CHANNEL_WHATSAPP_TEMPLATE_NAME is not set", "131047"
            )
        parameter = {"type": "text", "text": letter.reference}
        template = {
            "name": self._settings.template_name,
            "language": {"code": self._settings.template_language},
            "components": [{"type": "body", "parameters": [parameter]}],
        }
        return {"type": "template", "template": template}

    async def aclose(self) -> None:
        """Close the connections."""
        await self._graph.aclose()


def _recipient(address: str) -> Json:
    """A number goes into `to`; what stands for a hidden one (`US.…`) into `recipient`: in `to` it is silently lost."""
    return {"recipient" if "." in address else "to": address}


def build_replier(settings: WhatsappSettings, deployment: Deployment) -> WhatsappReplier:
    """The way out for the app's numbers."""
    return WhatsappReplier(settings)
