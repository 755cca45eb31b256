"""XRPC methods over HTTP (atproto.com, "HTTP API"; lexicons com.atproto.*, app.bsky.*, chat.bsky.*)."""

import secrets
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from deploy.sandbox.bluesky.network import POST, Account, Network
from deploy.sandbox.bluesky.tokens import session_tokens
from deploy.sandbox.faults import CONTROL_PATH, Faults
from deploy.sandbox.journal import Journal

CHAT_PROXY = "did:web:api.bsky.chat#bsky_chat"
Json = dict[str, Any]


class Xrpc:
    """The methods that a complaints account and its customers call."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._sessions: dict[str, Account] = {}

    def routes(self) -> list[Route]:
        """One path for each method."""
        return [
            Route("/xrpc/com.atproto.server.createSession", self.create_session, methods=["POST"]),
            Route("/xrpc/com.atproto.repo.putRecord", self.put_record, methods=["POST"]),
            Route("/xrpc/com.atproto.repo.createRecord", self.put_record, methods=["POST"]),
            Route("/xrpc/com.atproto.repo.deleteRecord", self.delete_record, methods=["POST"]),
            Route("/xrpc/com.atproto.repo.getRecord", self.get_record),
            Route("/xrpc/app.bsky.notification.listNotifications", self.notifications),
            Route("/xrpc/app.bsky.actor.getProfile", self.profile),
            Route("/xrpc/app.bsky.feed.getPosts", self.posts),
            Route("/xrpc/chat.bsky.convo.getConvoForMembers", self.convo),
            Route("/xrpc/chat.bsky.convo.getLog", self.log),
            Route("/xrpc/chat.bsky.convo.getMessages", self.messages),
            Route("/xrpc/chat.bsky.convo.sendMessage", self.send_message, methods=["POST"]),
            Route(f"{CONTROL_PATH}/sessions", self.expire, methods=["DELETE"]),
            Route(f"{CONTROL_PATH}/messages", self.everything),
        ]

    async def create_session(self, request: Request) -> Response:
        """Name and app password to a token."""
        asked = await request.json()
        account = self._network.account(str(asked.get("identifier", "")))
        if account is None or account.password != asked.get("password"):
            raise failure(401, "AuthenticationRequired", "Invalid identifier or password")
        token, refresh = session_tokens(account.did)
        self._sessions[token] = account
        return JSONResponse(
            {"did": account.did, "handle": account.handle, "accessJwt": token, "refreshJwt": refresh}
        )

    async def profile(self, request: Request) -> Response:
        """An account by name or DID."""
        self._who(request)
        account = self._network.account(request.query_params["actor"])
        if account is None:
            raise failure(400, "InvalidRequest", "Profile not found")
        return JSONResponse(account.profile())

    async def put_record(self, request: Request) -> Response:
        """Write a record into one's own repository."""
        account, body = self._who(request), await request.json()
        if body.get("repo") not in (account.did, account.handle):
            raise failure(400, "InvalidRequest", "not your repository")
        if len(str(body["record"].get("text", ""))) > 300:
            raise failure(400, "InvalidRequest", "Record/text must not be longer than 300 graphemes")
        key = str(body.get("rkey") or secrets.token_hex(6)[:13])
        written = self._network.put(account, str(body["collection"]), key, body["record"])
        return JSONResponse({"uri": written["uri"], "cid": written["cid"]})

    async def delete_record(self, request: Request) -> Response:
        """Remove a record of one's own."""
        account, body = self._who(request), await request.json()
        self._network.delete(f"at://{account.did}/{body['collection']}/{body['rkey']}")
        return JSONResponse({})

    async def get_record(self, request: Request) -> Response:
        """A record by repository, collection and key."""
        asked = request.query_params
        uri = f"at://{asked['repo']}/{asked['collection']}/{asked['rkey']}"
        found = self._network.get(uri)
        if found is None:
            raise failure(400, "RecordNotFound", f"Could not locate record: {uri}")
        return JSONResponse({"uri": uri, "cid": found["cid"], "value": found["record"]})

    async def notifications(self, request: Request) -> Response:
        """Newest first, in pages; the cursor is the time of the last one."""
        account, asked = self._who(request), request.query_params
        limit, before = int(asked.get("limit", "50")), asked.get("cursor", "9")
        every = [note for note in self._network.notifications(account) if note["indexedAt"] < before]
        page = every[:limit]
        more = {"cursor": page[-1]["indexedAt"]} if len(every) > limit else {}
        return JSONResponse({"notifications": page, **more})

    async def posts(self, request: Request) -> Response:
        """Those of the asked posts that are there."""
        self._who(request)
        asked = request.query_params.getlist("uris")
        found = [one for uri in asked if (one := self._network.get(uri)) is not None]
        return JSONResponse({"posts": [{"uri": one["uri"], "record": one["record"]} for one in found]})

    async def convo(self, request: Request) -> Response:
        """The conversation with somebody; it begins with the first message."""
        account = self._chatting(request)
        other = self._network.by_did.get(request.query_params["members"])
        if other is None:
            raise failure(400, "InvalidRequest", "Account not found")
        pair = sorted((account, other), key=lambda one: one.name)
        view = {"id": "-".join(one.name for one in pair), "rev": "0", "muted": False, "unreadCount": 0}
        return JSONResponse({"convo": {**view, "members": [one.profile() for one in pair]}})

    async def log(self, request: Request) -> Response:
        """Direct messages after the cursor; without one only where the log ends."""
        account, after = self._chatting(request), request.query_params.get("cursor")
        entries = self._network.log(account, after or "")
        cursor = entries[-1]["rev"] if entries else after or "00000000"
        return JSONResponse({"logs": entries if after else [], "cursor": cursor})

    async def messages(self, request: Request) -> Response:
        """A conversation, newest first."""
        self._chatting(request)
        return JSONResponse({"messages": self._network.talk(request.query_params["convoId"])[:50]})

    async def send_message(self, request: Request) -> Response:
        """Write into a conversation."""
        account, body = self._chatting(request), await request.json()
        return JSONResponse(self._network.say(account, str(body["convoId"]), str(body["message"]["text"])))

    async def expire(self, _: Request) -> Response:
        """Control: every session's token is too old from now on."""
        self._sessions.clear()
        return JSONResponse({})

    async def everything(self, _: Request) -> Response:
        """Control: every post."""
        return JSONResponse([one for one in self._network.posts() if POST in one["uri"]])

    def _chatting(self, request: Request) -> Account:
        if request.headers.get("atproto-proxy") != CHAT_PROXY:
            raise failure(501, "MethodNotImplemented", "direct messages are another service's")
        return self._who(request)

    def _who(self, request: Request) -> Account:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in self._sessions:
            raise failure(400, "ExpiredToken", "Token has expired")
        return self._sessions[token]


def make_app(accounts: list[Account], data: Path) -> ASGIApp:
    """The ASGI app; what people wrote is kept in `data`/bluesky.jsonl."""
    xrpc = Xrpc(Network(accounts, Journal(data / "bluesky.jsonl")))
    faults = Faults(lambda status: JSONResponse({"error": "InternalServerError", "message": "fault"}, status))
    handlers: Any = {HTTPException: refuse}
    return faults.wrap(Starlette(routes=[*xrpc.routes(), *faults.routes()], exception_handlers=handlers))


def failure(status: int, name: str, message: str) -> HTTPException:
    """An XRPC error by its name."""
    return HTTPException(status, detail=f"{name}: {message}")


async def refuse(request: Request, error: HTTPException) -> Response:
    """The error in XRPC's shape."""
    name, _, message = error.detail.partition(": ")
    return JSONResponse({"error": name, "message": message}, error.status_code)
