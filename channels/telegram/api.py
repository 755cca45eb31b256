"""Calls of the Bot API; its answers carry `ok`, and when not, what is wrong (Bot API, "Making requests").

The token is part of every path: it is kept out of all messages.
"""

from typing import Any

import httpx

from channels.calls import MOST_WAIT_SECONDS, NONSENSE, Api, Unsure, answered, listed, raise_for, retry_after
from channels.contract import Unclear
from channels.telegram.settings import TelegramSettings
from schemas.errors import Refused, Unavailable

Json = dict[str, Any]
CONFLICT = 409


class BotApi:
    """One bot. Raises Refused and Unavailable; `send_message` also Unclear."""

    def __init__(self, settings: TelegramSettings) -> None:
        base = f"{settings.api_base.rstrip('/')}/bot{settings.bot_token.get_secret_value()}"
        wait = settings.timeout_seconds
        self._api = Api(base, timeout_seconds=wait, judge=_judge)
        self._long = httpx.Timeout(wait, read=settings.poll_seconds + wait)

    async def get_me(self) -> Json:
        """The bot itself."""
        return _result(await self._api.get("/getMe"))

    async def webhook_url(self) -> str:
        """Where updates are sent; empty when they are polled."""
        return str(_result(await self._api.get("/getWebhookInfo")).get("url") or "")

    async def updates(self, offset: int, seconds: float) -> list[Json]:
        """What came since; asking with `offset` confirms everything before it."""
        asked = {"offset": offset, "timeout": int(seconds), "limit": 100}
        response = await self._api.ask("/getUpdates", json=asked, timeout=self._long)
        return listed(answered(response), "result")

    async def send_message(self, fields: Json) -> Json:
        """Write into a chat."""
        return _result(await self._api.send("/sendMessage", json=fields), Unclear)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._api.aclose()


def _result(response: httpx.Response, unsure: Unsure = Unavailable) -> Json:
    result = answered(response, unsure).get("result")
    if not isinstance(result, dict):
        raise unsure("Telegram's answer is good and has no result")
    return result


def _judge(response: httpx.Response, unsure: Unsure) -> None:
    if response.status_code == CONFLICT:
        raise Unavailable("Telegram answers 409: a webhook is set, or another process polls this bot")
    if response.status_code in (400, 403, 404):
        raise Refused(f"Telegram refuses: {_description(response)}", str(response.status_code))
    if response.status_code == 429:
        raise Unavailable("Telegram answers 429: too many messages", _wait(response))
    raise_for(response, unsure)


def _description(response: httpx.Response) -> str:
    try:
        return str(response.json().get("description", ""))[:300]
    except NONSENSE:
        return str(response.status_code)


def _wait(response: httpx.Response) -> float | None:
    try:
        seconds = float(response.json()["parameters"]["retry_after"])
        return min(seconds, MOST_WAIT_SECONDS) if seconds >= 0 else None
    except NONSENSE:
        return retry_after(response)
