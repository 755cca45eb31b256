"""The Bot API for one bot, and the people who write to it (core.telegram.org/bots/api)."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from deploy.sandbox.callers import caller
from deploy.sandbox.faults import CONTROL_PATH, Faults
from deploy.sandbox.journal import Journal

Json = dict[str, Any]


class Bot:
    """Updates until they are confirmed, and what the bot sent; true again after a crash."""

    def __init__(self, token: str, journal: Journal) -> None:
        self._token = token
        self._journal = journal
        self._updates: list[Json] = []
        self.sent: list[Json] = []
        self._webhook: Json = {}
        self._client = caller()
        self._last = 0
        self._news = asyncio.Event()
        for entry in journal.entries():
            self._remember(entry)

    def routes(self) -> list[Route]:
        """The methods the product calls."""
        return [Route("/bot{token}/{method}", self.call, methods=["GET", "POST"])]

    async def call(self, request: Request) -> Response:
        """One method; a wrong token is 401 as with Telegram."""
        if request.path_params["token"] != self._token:
            return failed(401, "Unauthorized")
        raw = await request.body()
        fields: Json = json.loads(raw) if raw else dict(request.query_params)
        match request.path_params["method"]:
            case "getMe":
                return result({"id": int(self._token.partition(":")[0]), "is_bot": True, "username": "bot"})
            case "getUpdates":
                return await self._get_updates(fields)
            case "sendMessage":
                return self._send_message(fields)
            case "getWebhookInfo":
                return result(
                    {"url": self._webhook.get("url", ""), "pending_update_count": len(self._updates)}
                )
            case "setWebhook":
                self._webhook = fields
                await self._push()
                return result(True)
        return failed(404, "Not Found")

    async def say(self, update: Json) -> Json:
        """A person does something: it waits to be polled, or goes to the webhook."""
        self._keep({"update": {"update_id": self._last + 1, **update}})
        number = self._last
        status = await self._push()
        return {"update_id": number, **({"webhook": {"status": status}} if status else {})}

    async def _push(self) -> int:
        """Tell the webhook all that waits, oldest first, until it refuses one; its last status, 0 without one."""
        status = 0
        while self._webhook.get("url") and self._updates:
            update = self._updates[0]
            headers = {"X-Telegram-Bot-Api-Secret-Token": str(self._webhook.get("secret_token", ""))}
            answer = await self._client.post(self._webhook["url"], json=update, headers=headers)
            status = answer.status_code
            if not answer.is_success:
                break
            self._confirm(update["update_id"])
        return status

    async def _get_updates(self, fields: Json) -> Response:
        if self._webhook.get("url"):
            return failed(409, "Conflict: can't use getUpdates method while webhook is active")
        self._confirm(int(fields.get("offset", 0)) - 1)
        if not self._updates:
            self._news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), float(fields.get("timeout", 0)))
        return result(self._updates[: int(fields.get("limit", 100))])

    def _send_message(self, fields: Json) -> Response:
        chat, text = str(fields.get("chat_id", "")), str(fields.get("text", ""))
        if not text or not chat.lstrip("-").isdigit():
            return failed(400, "Bad Request: message text is empty or chat not found")
        if len(text) > 4096:
            return failed(400, "Bad Request: message is too long")
        message = {
            "message_id": 1000 + len(self.sent),
            "chat": {"id": int(chat)},
            "text": text,
            "date": int(time.time()),
        }
        self._keep({"sent": {**message, "reply_parameters": fields.get("reply_parameters")}})
        return result(message)

    def _confirm(self, up_to: int) -> None:
        if any(update["update_id"] <= up_to for update in self._updates):
            self._keep({"confirmed": up_to})

    def _keep(self, entry: Json) -> None:
        self._journal.append(entry)
        self._remember(entry)

    def _remember(self, entry: Json) -> None:
        if "update" in entry:
            self._updates.append(entry["update"])
            self._last = entry["update"]["update_id"]
            self._news.set()
        if "sent" in entry:
            self.sent.append(entry["sent"])
        if "confirmed" in entry:
            self._updates = [one for one in self._updates if one["update_id"] > entry["confirmed"]]

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def make_app(token: str, data: Path) -> ASGIApp:
    """The ASGI app; what happened is kept in `data`/telegram.jsonl."""
    bot = Bot(token, Journal(data / "telegram.jsonl"))
    faults = Faults(
        lambda status: failed(status, "Too Many Requests" if status == 429 else "Internal Server Error")
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await bot.close()

    async def update(request: Request) -> Response:
        """A person does something: the body is an update without its number."""
        return JSONResponse(await bot.say(await request.json()))

    async def messages(_: Request) -> Response:
        return JSONResponse(bot.sent)

    control = [
        Route(f"{CONTROL_PATH}/updates", update, methods=["POST"]),
        Route(f"{CONTROL_PATH}/messages", messages),
    ]
    return faults.wrap(Starlette(routes=[*faults.routes(), *control, *bot.routes()], lifespan=lifespan))


def result(value: object) -> JSONResponse:
    """A success in Telegram's shape."""
    return JSONResponse({"ok": True, "result": value})


def failed(status: int, description: str) -> JSONResponse:
    """A failure in Telegram's shape."""
    body: Json = {"ok": False, "error_code": status, "description": description}
    if status == 429:
        body["parameters"] = {"retry_after": 1}
    return JSONResponse(body, status)
