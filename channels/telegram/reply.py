"""Letters into the chat of the complaint (Bot API, "sendMessage").

Telegram has no idempotency key, no look-up of what a bot sent and no receipts: a lost answer is a person's task.
"""

from channels.calls import told
from channels.contract import Deployment, Sent, Unclear
from channels.telegram.api import BotApi
from channels.telegram.settings import TelegramSettings
from schemas.errors import Refused
from schemas.letter import Letter

CHARACTERS = 4096


class TelegramReplier:
    """One message for each letter, as an answer to the message that complained."""

    def __init__(self, settings: TelegramSettings) -> None:
        self._api = BotApi(settings)

    async def reply(self, letter: Letter) -> Sent:
        """Send. Raises Refused (the bot was blocked), Unavailable, and Unclear when no answer came back."""
        if len(letter.text) > CHARACTERS:
            raise Refused(f"{len(letter.text)} characters, Telegram allows {CHARACTERS}", "too_long")
        chat, _, message = letter.route.thread.partition(":")
        fields: dict[str, object] = {
            "chat_id": chat or letter.route.address.value,
            "text": letter.text,
            "link_preview_options": {"is_disabled": True},
        }
        if message.isdigit():
            # the complaint may be gone: the letter is sent all the same
            fields["reply_parameters"] = {"message_id": int(message), "allow_sending_without_reply": True}
        sent = await self._api.send_message(fields)
        return Sent(told(sent, "message_id"))

    async def find(self, letter: Letter) -> Sent | None:
        """Telegram cannot be asked: always Unclear."""
        raise Unclear("Telegram has no look-up of what a bot sent")

    async def aclose(self) -> None:
        """Close the connections."""
        await self._api.aclose()


def build_replier(settings: TelegramSettings, deployment: Deployment) -> TelegramReplier:
    """The way out for the bot."""
    return TelegramReplier(settings)
