"""The endpoints of X's API v2 that a complaints account needs, and the webhook of the Account Activity API.

Every call must carry an OAuth 1.0a header of our app and account. The signature in it is not computed again here:
the product's tests hold it against X's own worked example.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from deploy.sandbox.callers import caller
from deploy.sandbox.faults import CONTROL_PATH, Faults
from deploy.sandbox.journal import Journal
from deploy.sandbox.x.shapes import PICTURES, activity, key, origin, v2
from deploy.sandbox.x.world import OURS, Said, World

Json = dict[str, Any]


@dataclass(frozen=True)
class Keys:
    """The app's and the account's keys; `webhook_url` is empty when nothing is told."""

    consumer_key: str
    consumer_secret: str
    token: str
    webhook_url: str = ""


class Api:
    """X's side."""

    def __init__(self, keys: Keys, world: World, client: httpx.AsyncClient) -> None:
        self._keys = keys
        self._world = world
        self._client = client

    def routes(self) -> list[Route]:
        """What the product calls, and the people's side."""
        return [
            Route("/2/users/me", self.me),
            Route("/2/users/{user}/mentions", self.mentions),
            Route("/2/users/{user}/tweets", self.posts),
            Route("/2/tweets", self.post, methods=["POST"]),
            Route("/2/dm_events", self.messages),
            Route("/2/dm_conversations/with/{user}/dm_events", self.talk),
            Route("/2/dm_conversations/with/{user}/messages", self.message, methods=["POST"]),
            Route(f"{PICTURES}/{{said}}", self.picture),
            Route(f"{CONTROL_PATH}/say", self.say, methods=["POST"]),
            Route(f"{CONTROL_PATH}/say/{{said}}/again", self.again, methods=["POST"]),
            Route(f"{CONTROL_PATH}/challenge", self.challenge, methods=["POST"]),
            Route(f"{CONTROL_PATH}/messages", self.everything),
        ]

    async def me(self, request: Request) -> Response:
        """Whose account the token opens."""
        if (refusal := self._refusal(request)) is not None:
            return refusal
        return JSONResponse({"data": {"id": OURS, "name": "We", "username": "we"}})

    async def mentions(self, request: Request) -> Response:
        """Posts that name us, newest first."""
        since = int(request.query_params.get("since_id", "0"))
        named = [one for one in self._world.posts() if "@we" in one.text and one.author != OURS]
        return self._page(request, [one for one in named if int(one.id) > since])

    async def posts(self, request: Request) -> Response:
        """A user's posts, newest first."""
        own = [one for one in self._world.posts() if one.author == request.path_params["user"]]
        return self._page(request, own)

    async def messages(self, request: Request) -> Response:
        """Direct messages, newest first."""
        return self._page(request, self._world.messages())

    async def talk(self, request: Request) -> Response:
        """Direct messages with one person, newest first."""
        other = request.path_params["user"]
        return self._page(request, [one for one in self._world.messages() if other in (one.author, one.to)])

    async def post(self, request: Request) -> Response:
        """A post of ours; the same one twice is refused."""
        body = await request.json()
        if (refusal := self._refusal(request)) is not None:
            return refusal
        text = str(body.get("text", ""))
        answers = str(body.get("reply", {}).get("in_reply_to_tweet_id", ""))
        if any(one.author == OURS and (one.text, one.answers) == (text, answers) for one in self._world):
            return problem(403, "You are not allowed to create a Tweet with duplicate content.")
        said = self._world.say(OURS, text, answers=answers)
        return JSONResponse({"data": {"id": said.id, "text": said.text}}, 201)

    async def message(self, request: Request) -> Response:
        """A direct message of ours."""
        body = await request.json()
        if (refusal := self._refusal(request)) is not None:
            return refusal
        said = self._world.say(OURS, str(body["text"]), to=request.path_params["user"])
        return JSONResponse(
            {"data": {"dm_conversation_id": f"{said.to}-{OURS}", "dm_event_id": said.id}}, 201
        )

    async def picture(self, request: Request) -> Response:
        """What is enclosed in a direct message, for a signed call only."""
        if (refusal := self._refusal(request)) is not None:
            return refusal
        content = self._world.picture(request.path_params["said"])
        return Response(content, media_type="image/png") if content else problem(404, "Not Found")

    async def say(self, request: Request) -> Response:
        """Control: a person posts or writes to us; the webhook is told when there is one, unless with `omit`.

        A direct message may have a `picture`, in base64.
        """
        body = await request.json()
        more = {name: str(body[name]) for name in ("name", "picture") if name in body}
        said = self._world.say(
            str(body["from"]), str(body["text"]), to=OURS if body.get("direct") else "", **more
        )
        if not self._keys.webhook_url or body.get("omit"):
            return JSONResponse({"id": said.id})
        return await self._told(said, request)

    async def again(self, request: Request) -> Response:
        """Control: the webhook of something said earlier, once more."""
        said = next((one for one in self._world if one.id == request.path_params["said"]), None)
        return await self._told(said, request) if said else problem(404, "Not Found")

    async def _told(self, said: Said, request: Request) -> Response:
        try:
            answer = await self._tell(said, origin(request))
        except httpx.HTTPError as error:
            return JSONResponse({"id": said.id, "webhook": {"error": type(error).__name__}}, 502)
        return JSONResponse({"id": said.id, "webhook": {"status": answer.status_code}})

    async def challenge(self, _: Request) -> Response:
        """Control: X asks the webhook for its proof."""
        answer = await self._client.get(self._keys.webhook_url, params={"crc_token": "word"})
        expected = self._signature(b"word")
        return JSONResponse({"status": answer.status_code, "right": expected in answer.text})

    async def everything(self, _: Request) -> Response:
        """Control: everything that was said."""
        return JSONResponse([asdict(one) for one in self._world])

    async def _tell(self, said: Said, origin: str) -> httpx.Response:
        raw = json.dumps({"for_user_id": OURS, **activity(said, origin)}).encode()
        headers = {"x-twitter-webhooks-signature": self._signature(raw), "Content-Type": "application/json"}
        return await self._client.post(self._keys.webhook_url, content=raw, headers=headers)

    def _signature(self, message: bytes) -> str:
        digest = hmac.new(self._keys.consumer_secret.encode(), message, hashlib.sha256).digest()
        return "sha256=" + base64.b64encode(digest).decode()

    def _page(self, request: Request, every: list[Said]) -> Response:
        if (refusal := self._refusal(request)) is not None:
            return refusal
        start, size = int(request.query_params.get("pagination_token", "0")), 10
        page = every[start : start + size]
        meta: Json = {"result_count": len(page)}
        if start + size < len(every):
            meta["next_token"] = str(start + size)
        names = {one.author: one.name for one in page}
        users = [{"id": author, "name": name.title(), "username": name} for author, name in names.items()]
        media = [
            {"media_key": key(one), "type": "photo", "url": f"{origin(request)}{PICTURES}/{one.id}"}
            for one in page
            if one.picture
        ]
        includes = {"users": users, "media": media}
        return JSONResponse({"data": [v2(one) for one in page], "includes": includes, "meta": meta})

    def _refusal(self, request: Request) -> Response | None:
        given = dict(re.findall(r'(oauth_\w+)="([^"]*)"', request.headers.get("authorization", "")))
        known = (self._keys.consumer_key, self._keys.token)
        if (given.get("oauth_consumer_key"), given.get("oauth_token")) == known and given.get(
            "oauth_signature"
        ):
            return None
        return problem(401, "Unauthorized")


def make_app(keys: Keys, data: Path) -> ASGIApp:
    """The ASGI app; what was said is kept in `data`/x.jsonl."""
    client = caller()
    api = Api(keys, World(Journal(data / "x.jsonl")), client)
    faults = Faults(lambda status: problem(status, "fault"))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await client.aclose()

    return faults.wrap(Starlette(routes=[*faults.routes(), *api.routes()], lifespan=lifespan))


def problem(status: int, detail: str) -> JSONResponse:
    """An error in X's shape."""
    return JSONResponse({"title": detail, "detail": detail, "status": status, "type": "about:blank"}, status)
