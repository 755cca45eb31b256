"""Reading the conversations themselves: Meta delivers at least once, and some webhooks never.

What is found is put into the webhook's own form, so that it is read, and recognised as seen, in one way. Messages
are left to their webhook for a while first.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

from channels.calls import answered, listed, understood
from channels.contract import Collected, Inbound, Look
from channels.handed import Handed, nameless
from channels.lenient import Json, at, objects
from channels.meta_graph import Graph
from channels.moments import moment
from schemas.errors import Refused, Unavailable

GRACE = timedelta(minutes=2)
OVERLAP = timedelta(minutes=10)
FIELDS = "updated_time,messages.limit(25){id,message,from,created_time,attachments}"


class MetaHistory:
    """One account's conversations, looked through every `seconds`. The position: since when, and the last one."""

    def __init__(self, graph: Graph, platform: str, account: str, seconds: float) -> None:
        self.account = account
        self._graph = graph
        self._platform = platform
        self._seconds = seconds
        self._handed = Handed()
        self.look = Look(every=seconds)

    async def receive(self, position: str | None) -> AsyncIterator[Collected]:
        """Messages since `position`, oldest first. Raises Unavailable."""
        self._handed.begin()
        since = moment((position or await self.begin()).partition(" ")[0]) or datetime.now(UTC)
        while True:
            await asyncio.sleep(self._seconds)
            until = datetime.now(UTC) - GRACE
            with understood("Meta"):
                for post in await self._between(since - OVERLAP, until):
                    raw = self._raw(post)
                    if self._handed.take(nameless(raw)):
                        yield self._collected(post, raw, since)
            since = until
            self.look = Look(datetime.now(UTC), self._seconds)

    async def begin(self) -> str:
        """Where a first start stands: now."""
        return datetime.now(UTC).isoformat()

    async def _between(self, since: datetime, until: datetime) -> list[Json]:
        asked = {"platform": self._platform, "fields": FIELDS, "limit": 50}
        try:
            response = await self._graph.get(f"/{self.account}/conversations", params=asked)
        except Refused as error:
            raise Unavailable(f"{error}; may the access token read conversations?") from error
        found: list[tuple[datetime, Json]] = []
        for talk in listed(answered(response), "data"):
            # the newest comes first, and times are whole seconds: turned round, equal ones keep their order
            for post in reversed(posts_of(talk)):
                # one without a time cannot be put in order: first, and once
                written = moment(post.get("created_time"))
                if (written is None or since <= written < until) and at(post, "from", "id") != self.account:
                    found.append((written or since, post))
        return [post for _, post in sorted(found, key=lambda pair: pair[0])]

    def _raw(self, post: Json) -> bytes:
        name = "page" if self._platform == "messenger" else "instagram"
        entry = {"id": self.account, "messaging": [_as_webhook(post, self.account)]}
        return json.dumps({"object": name, "entry": [entry]}, ensure_ascii=False).encode(
            "utf-8", "surrogatepass"
        )

    def _collected(self, post: Json, raw: bytes, since: datetime) -> Collected:
        """One message; its position says from when to look again, and which message this was."""
        inbound = Inbound(raw, "application/json", self.account, datetime.now(UTC))
        name = at(post, "id") or nameless(raw)
        return Collected(inbound, f"{since.isoformat()} {name}", nameless(raw))

    async def confirm(self, collected: Sequence[Collected]) -> None:
        """Nothing to mark there."""
        self._handed.confirm(collected)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._graph.aclose()


def posts_of(talk: Json) -> list[Json]:
    """The messages that a conversation shows, newest first."""
    return _data(talk, "messages")


def _data(value: Json, name: str) -> list[Json]:
    under = value.get(name)
    return objects(under.get("data")) if isinstance(under, dict) else []


def _as_webhook(post: Json, account: str) -> Json:
    enclosures = _data(post, "attachments")
    message: Json = {"mid": at(post, "id"), "text": at(post, "message")}
    if enclosures:
        message["attachments"] = [_enclosure(one) for one in enclosures]
    return {
        "sender": {"id": at(post, "from", "id")},
        "recipient": {"id": account},
        "timestamp": at(post, "created_time"),
        "message": message,
    }


def _enclosure(one: Json) -> Json:
    for kind in ("image", "video"):
        url = at(one, f"{kind}_data", "url")
        if url:
            return {"type": kind, "payload": {"url": url}}
    return {"type": at(one, "mime_type") or "file", "payload": {"url": at(one, "file_url")}}
