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
from datetime import datetime
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
from deploy.sandbox.x.world import OURS, Said, World

Json = dict[str, Any]
PICTURES = "/1.1/ton/data/dm"


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
        answer = await self._tell(said, _origin(request))
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
        raw = json.dumps({"for_user_id": OURS, **_activity(said, origin)}).encode()
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
            {"media_key": _key(one), "type": "photo", "url": f"{_origin(request)}{PICTURES}/{one.id}"}
            for one in page
            if one.picture
        ]
        includes = {"users": users, "media": media}
        return JSONResponse({"data": [_v2(one) for one in page], "includes": includes, "meta": meta})

    def _refusal(self, request: Request) -> Response | None:
        given = dict(re.findall(r'(oauth_\w+)="([^"]*)"', request.headers.get("authorization", "")))
        known = (self._keys.consumer_key, self._keys.token)
        if (given.get("oauth_consumer_key"), given.get("oauth_token")) == known and given.get(
            "oauth_signature"
        ):
            return None
        return problem(401, "Unauthorized")


def _v2(said: Said) -> Json:
    told: Json
    if said.to:
        told = {
            "event_type": "MessageCreate",
            "sender_id": said.author,
            "dm_conversation_id": f"{said.to}-{OURS}",
        }
    else:
        told = {"author_id": said.author, "edit_history_tweet_ids": [said.id], "lang": "en"}
    answered = [{"type": "replied_to", "id": said.answers}] if said.answers else []
    about: Json = {"referenced_tweets": answered} if answered else {}
    if said.picture:
        about["attachments"] = {"media_keys": [_key(said)]}
    return {"id": said.id, "text": said.text, "created_at": said.at, **told, **about}


def _key(said: Said) -> str:
    """X's media keys begin with the kind; 3 is a photo."""
    return f"3_{said.id}"


def _origin(request: Request) -> str:
    """Where we are, for addresses of ours."""
    return str(request.base_url).rstrip("/")


def _activity(said: Said, origin: str) -> Json:
    name, moment = said.name, datetime.fromisoformat(said.at)
    if said.to:
        data: Json = {"text": said.text}
        if said.picture:
            address = f"{origin}{PICTURES}/{said.id}"
            photo = {"id_str": said.id, "type": "photo", "media_url_https": address}
            data["attachment"] = {"type": "media", "media": photo}
        made = {"target": {"recipient_id": OURS}, "sender_id": said.author, "message_data": data}
        event = {
            "type": "message_create",
            "id": said.id,
            "created_timestamp": str(int(moment.timestamp() * 1000)),
            "message_create": made,
        }
        user = {"name": name.title(), "screen_name": name}
        return {"direct_message_events": [event], "users": {said.author: user}}
    user = {"id_str": said.author, "name": name.title(), "screen_name": name}
    post = {
        "created_at": moment.strftime("%a %b %d %H:%M:%S +0000 %Y"),
        "id_str": said.id,
        "text": said.text,
        "user": user,
    }
    return {"tweet_create_events": [post]}


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
