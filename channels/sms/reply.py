"""Letters as SMS through Twilio's Messages resource (Twilio, "Messages resource", 2010-04-01).

A letter is one message. Its status callback address carries the letter's id and key, so that the receipt
finds its letter. After an unclear end the recipient's latest messages are compared with the letter's text.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from channels.contract import Deployment, Sent, Unclear
from channels.sms.client import TwilioApi
from channels.sms.segments import measure
from channels.sms.settings import SmsSettings
from schemas.errors import Misconfigured, Refused
from schemas.letter import Letter

LATEST_MESSAGES = 50
CLOCK_SLACK = timedelta(minutes=2)


class SmsReplier:
    """One attempt for each call; a letter without an answer is Unclear, and can be found."""

    def __init__(self, settings: SmsSettings, callback_url: str) -> None:
        self._settings = settings
        self._callback_url = callback_url
        self._api = TwilioApi(settings)

    async def reply(self, letter: Letter) -> Sent:
        """Send. Raises Refused (opted out, no such number, too long), Unavailable, Unclear, Misconfigured."""
        cost = measure(letter.text).count
        if cost > self._settings.most_segments:
            most = self._settings.most_segments
            raise Refused(
                f"the letter needs {cost} segments, CHANNEL_SMS_MOST_SEGMENTS is {most}", "too_long"
            )
        return await self._api.write(self._create(letter, cost))

    async def find(self, letter: Letter) -> Sent | None:
        """Look among the recipient's latest messages for this text; None means that Twilio never had it."""
        since = letter.created_at - CLOCK_SLACK

        def look(messages: Any) -> Sent | None:
            for one in messages.list(to=_recipient(letter), limit=LATEST_MESSAGES):
                created = one.date_created or datetime.now(UTC)
                if created >= since and one.direction != "inbound" and (one.body or "").endswith(letter.text):
                    return Sent(str(one.sid), f"found as {one.status}")
            return None

        return await self._api.read(look)

    def _create(self, letter: Letter, cost: int) -> Callable[[Any], Sent]:
        named = {"to": _recipient(letter), "body": letter.text, **self._origin(letter)}
        if self._settings.status_callbacks:
            query = urlencode({"letter": letter.letter_id, "key": letter.key})
            named["status_callback"] = f"{self._callback_url}?{query}"

        def create(messages: Any) -> Sent:
            message = messages.create(**named)
            if not isinstance(message.sid, str):
                raise Unclear("Twilio's answer is good and names no message")
            return Sent(message.sid, f"{message.status}, {cost} segments")

        return create

    def _origin(self, letter: Letter) -> dict[str, str]:
        """The number the person wrote to, else the messaging service, else the configured number.

        An address of another network (`whatsapp:`) is answered only from the address it wrote to.
        """
        service = self._settings.messaging_service_sid
        if service and ":" not in _recipient(letter):
            return {"messaging_service_sid": service}
        number = letter.route.account or self._settings.from_number
        if not number:
            raise Misconfigured(
                "CHANNEL_SMS_FROM_NUMBER",
                "set the number that letters come from, or CHANNEL_SMS_MESSAGING_SERVICE_SID",
            )
        return {"from_": number}

    async def aclose(self) -> None:
        """Let go of the threads."""
        await self._api.aclose()


def _recipient(letter: Letter) -> str:
    return letter.route.handle or letter.route.address.value


def build_replier(settings: SmsSettings, deployment: Deployment) -> SmsReplier:
    """The way out for this account; status callbacks come back to the channel's own door."""
    return SmsReplier(settings, settings.public_url or f"{deployment.public_url}/in/sms")
