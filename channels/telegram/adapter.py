"""Telegram's ways in: a webhook with a secret token, or long polling (Bot API, "Getting updates").

Telegram keeps updates for 24 hours until they are confirmed; asking for the next ones confirms those before. So
the offset moves only over what is durable.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime

from channels.contract import Answer, Collected, Deployment, Inbound, Look, PushRequest, Verified
from channels.handed import Handed, nameless
from channels.proofs import header, same_as_any
from channels.telegram.api import BotApi
from channels.telegram.settings import TelegramSettings
from schemas.errors import Refused, Unavailable, Untrusted

TOKEN_HEADER = "X-Telegram-Bot-Api-Secret-Token"
WAIT_FOR_CONFIRMATION_SECONDS = 0.1


class TelegramDoor:
    """Lets in what carries one of the secrets that setWebhook was given."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = secrets

    def admit(self, method: str, headers: Mapping[str, str]) -> None:
        """The head has the whole proof; raises Untrusted."""
        if method != "POST" or not same_as_any(header(headers, TOKEN_HEADER), self._secrets):
            raise Untrusted(f"{TOKEN_HEADER} is missing or is not CHANNEL_TELEGRAM_SECRET_TOKEN")

    def verify(self, request: PushRequest) -> Verified:
        """Raises Untrusted."""
        self.admit(request.method, request.headers)
        inbound = Inbound(request.body, "application/json", "", request.received_at)
        return Verified((inbound,), Answer())


class TelegramSource:
    """One bot by long polling. The position is the number of the last update."""

    def __init__(self, settings: TelegramSettings) -> None:
        self.account = settings.bot_token.get_secret_value().partition(":")[0]
        self._api = BotApi(settings)
        self._seconds = settings.poll_seconds
        self._confirmed = -1
        self._handed = Handed()
        self.look = Look(every=settings.poll_seconds)

    async def receive(self, position: str | None) -> AsyncIterator[Collected]:
        """Updates after `position`, as Telegram kept them. Raises Unavailable."""
        self._handed.begin()
        self._confirmed = max(self._confirmed, int(position or await self.begin()))
        given = self._confirmed
        while True:
            try:
                updates = await self._api.updates(self._confirmed + 1, self._seconds)
            except Refused as error:
                raise Unavailable(f"{error}; is CHANNEL_TELEGRAM_BOT_TOKEN right?") from error
            fresh = 0
            for one in updates:
                number, raw = (
                    _number(one),
                    json.dumps(one, ensure_ascii=False).encode("utf-8", "surrogatepass"),
                )
                if number is None and self._handed.take(nameless(raw)):
                    # it cannot be confirmed: somebody looks at it, and the others go on
                    yield self._collected(raw, given, nameless(raw))
                elif number is not None and number > given:
                    given, fresh = number, fresh + 1
                    yield self._collected(raw, given)
            self.look = Look(datetime.now(UTC), self._seconds)
            if updates and not fresh:
                # all of these are on their way to being durable: do not ask in a tight loop
                await asyncio.sleep(WAIT_FOR_CONFIRMATION_SECONDS)

    def _collected(self, raw: bytes, number: int, token: str = "") -> Collected:
        inbound = Inbound(raw, "application/json", self.account, datetime.now(UTC))
        return Collected(inbound, str(number), token or None)

    async def begin(self) -> str:
        """Where a first start stands: before everything that Telegram still keeps."""
        return "-1"

    async def confirm(self, collected: Sequence[Collected]) -> None:
        """The next look confirms these."""
        self._handed.confirm(collected)
        self._confirmed = max([self._confirmed, *(int(one.position) for one in collected)])

    async def aclose(self) -> None:
        """Close the connections."""
        await self._api.aclose()


def _number(update: dict[str, object]) -> int | None:
    """The number of an update; None for what has none that could be asked for."""
    found = update.get("update_id")
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 <= found < 2**53 else None


def build_door(settings: TelegramSettings, deployment: Deployment) -> TelegramDoor:
    """The door for the bot's webhook; without a secret it lets nothing in."""
    return TelegramDoor(settings.webhook_secrets)


def build_sources(settings: TelegramSettings, deployment: Deployment) -> Sequence[TelegramSource]:
    """Long polling, unless a webhook's secret is set: Telegram allows only one of the two."""
    return [] if settings.webhook_secrets else [TelegramSource(settings)]
