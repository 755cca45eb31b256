"""The Graph API's side: messages, comments' answers, conversations (Graph API reference)."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.sandbox.meta.outward import Outward
from deploy.sandbox.meta.world import App, Post, World, new_id

VERSION = "/{version:str}"
Json = dict[str, Any]


class Graph:
    """Endpoints below /vNN.N; every call needs the access token."""

    def __init__(self, app: App, world: World, outward: Outward) -> None:
        self._app = app
        self._world = world
        self._outward = outward
        self._running: set[asyncio.Task[None]] = set()

    def routes(self) -> list[Route]:
        """What the product calls."""
        return [
            Route(VERSION + "/{account}/messages", self.send, methods=["POST"]),
            Route(VERSION + "/{account}/conversations", self.conversations),
            Route(VERSION + "/{comment}/{edge:str}", self.answer, methods=["POST"]),
            Route(VERSION + "/{comment}/{edge:str}", self.answers),
            Route(VERSION + "/{account}", self.account),
        ]

    async def send(self, request: Request) -> Response:
        """A message of ours, on any of the three networks."""
        body = await request.json()
        if (refusal := self._refusal(request)) is not None:
            return refusal
        if body.get("messaging_product") == "whatsapp":
            return self._whatsapp(body)
        person = str(body.get("recipient", {}).get("id", ""))
        text = str(body.get("message", {}).get("text", ""))
        if not person.isdigit() or not text or body.get("messaging_type") not in ("RESPONSE", "MESSAGE_TAG"):
            return error(400, 100, "Invalid parameter")
        platform = next((post.platform for post in self._world if post.person == person), "messenger")
        metadata = str(body["message"].get("metadata", ""))
        post = self._world.keep(Post(platform, new_id("m_"), person, text, True, metadata=metadata))
        self._follow(post)
        return JSONResponse({"recipient_id": person, "message_id": post.id})

    def _whatsapp(self, body: Json) -> Response:
        person = str(body.get("to", "")).lstrip("+")
        kind = body.get("type")
        text = str(body.get("text", {}).get("body", ""))
        template = str(body.get("template", {}).get("name", ""))
        if not person.isdigit() or not (text if kind == "text" else template):
            return error(400, 131009, "Parameter value is not valid")
        metadata = str(body.get("biz_opaque_callback_data", ""))
        post = Post("whatsapp", new_id("wamid."), person, text, True, metadata=metadata, template=template)
        self._follow(self._world.keep(post))
        contact = {"input": body["to"], "wa_id": person}
        return JSONResponse(
            {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": post.id}]}
        )

    async def account(self, request: Request) -> Response:
        """The number, page or account itself."""
        if (refusal := self._refusal(request)) is not None:
            return refusal
        if request.path_params["account"] != self._app.account:
            return error(400, 100, "Unsupported get request. Object does not exist")
        names = {"display_phone_number": "+49 30 901820", "name": "We", "username": "we"}
        return JSONResponse({"id": self._app.account, **names})

    async def conversations(self, request: Request) -> Response:
        """Conversations with their messages, newest first."""
        if (refusal := self._refusal(request)) is not None:
            return refusal
        platform, person = request.query_params["platform"], request.query_params.get("user_id")
        talks: dict[str, list[Json]] = {}
        for post in reversed(list(self._world)):
            if post.platform == platform and not post.answers and person in (None, post.person):
                talks.setdefault(post.person, []).append(self._message(post))
        data = [{"id": f"t_{other}", "messages": {"data": posts[:25]}} for other, posts in talks.items()]
        return JSONResponse({"data": data})

    async def answer(self, request: Request) -> Response:
        """An answer of ours under a comment."""
        if (refusal := self._refusal(request)) is not None:
            return refusal
        text = str((await request.json()).get("message", ""))
        comment = request.path_params["comment"]
        if request.path_params["edge"] not in ("comments", "replies") or not text:
            return error(400, 100, "Invalid parameter")
        post = self._world.keep(Post("comments", new_id("c_"), "", text, True, answers=comment))
        return JSONResponse({"id": post.id})

    async def answers(self, request: Request) -> Response:
        """The answers under a comment."""
        if (refusal := self._refusal(request)) is not None:
            return refusal
        comment = request.path_params["comment"]
        found = [{"id": post.id, "message": post.text} for post in self._world if post.answers == comment]
        return JSONResponse({"data": found})

    def _message(self, post: Post) -> Json:
        author = self._app.account if post.ours else post.person
        written = datetime.fromtimestamp(post.at, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
        return {"id": post.id, "message": post.text, "from": {"id": author}, "created_time": written}

    def _follow(self, post: Post) -> None:
        """The status or echo comes a moment after the answer."""
        task = asyncio.create_task(self._tell(post))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _tell(self, post: Post) -> None:
        await asyncio.sleep(0.05)
        try:
            await self._outward.send(post.platform, self._outward.echo(post))
        except httpx.HTTPError:
            return

    async def close(self) -> None:
        """Stops what is under way."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _refusal(self, request: Request) -> Response | None:
        if request.headers.get("authorization") == f"Bearer {self._app.access_token}":
            return None
        return error(401, 190, "Invalid OAuth access token")


def error(status: int, code: int, message: str) -> JSONResponse:
    """An error in Meta's shape."""
    return JSONResponse({"error": {"message": message, "type": "OAuthException", "code": code}}, status)
