"""Media by file id: getFile says where, the bot's token is part of that address (Bot API, "getFile").

The address is good for an hour, and files over 20 MB are not given to bots at all: Telegram refuses them.
"""

from channels.calls import Api, answered
from channels.contract import Deployment, Located
from channels.telegram.settings import TelegramSettings
from schemas.errors import Refused
from schemas.message import MediaReference


class TelegramMedia:
    """Asks for the path each time, so an expired one does no harm."""

    def __init__(self, settings: TelegramSettings) -> None:
        self.provider = settings.api_base
        base, token = settings.api_base.rstrip("/"), settings.bot_token.get_secret_value()
        self._files = f"{base}/file/bot{token}"
        self._api = Api(f"{base}/bot{token}", timeout_seconds=settings.timeout_seconds)

    async def locate(self, reference: MediaReference) -> Located:
        """Where the file is; raises Refused, Unavailable."""
        answer = answered(await self._api.get("/getFile", params={"file_id": reference.media_id}))
        result = answer.get("result")
        path = result.get("file_path") if isinstance(result, dict) else None
        if not path:
            raise Refused("Telegram gives no path for this file", "path")
        return Located(f"{self._files}/{path}")

    async def aclose(self) -> None:
        """Close the connections."""
        await self._api.aclose()


def build_media(settings: TelegramSettings, deployment: Deployment) -> TelegramMedia:
    """For the configured bot."""
    return TelegramMedia(settings)
