"""What `gateway doctor` asks of Telegram: who the bot is, and whether a webhook stands where one is wanted."""

from collections.abc import AsyncIterator

from channels.contract import Deployment, Finding
from channels.telegram.api import BotApi
from channels.telegram.settings import TelegramSettings
from schemas.errors import GatewayError


async def check(settings: TelegramSettings, deployment: Deployment) -> AsyncIterator[Finding]:
    """One finding for the bot, one for how its updates come."""
    api = BotApi(settings)
    try:
        me = await api.get_me()
        yield Finding("Telegram", True, f"logged in as @{me.get('username') or me.get('id')}")
        yield _webhook(settings, deployment, await api.webhook_url())
    except GatewayError as error:
        yield Finding("Telegram", False, f"CHANNEL_TELEGRAM_BOT_TOKEN: {error}")
    finally:
        await api.aclose()


def _webhook(settings: TelegramSettings, deployment: Deployment, stands: str) -> Finding:
    wanted = f"{deployment.public_url}/in/telegram" if settings.webhook_secrets else ""
    if stands == wanted:
        return Finding("Telegram's updates", True, f"come to {stands}" if stands else "are polled")
    if wanted:
        return Finding("Telegram's updates", False, f"call setWebhook with url={wanted} and the secret token")
    return Finding("Telegram's updates", False, "call deleteWebhook, or set CHANNEL_TELEGRAM_SECRET_TOKEN")
