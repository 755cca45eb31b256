"""Bluesky's way in: notifications and the log of direct messages, polled, resumed, oldest first.

Deletions of posts are not notified: the latest complaints are looked up from time to time.
"""

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime

from channels.bluesky.position import Position
from channels.bluesky.session import Json, Session
from channels.bluesky.settings import BlueskySettings
from channels.contract import Collected, Deployment, Inbound
from schemas.errors import Refused, Unavailable

PAGE = 50
MOST_PAGES = 200
MOST_SEEN = 5_000
WATCHED = 25
MESSAGES = frozenset({"chat.bsky.convo.defs#logCreateMessage", "chat.bsky.convo.defs#logDeleteMessage"})


class BlueskySource:
    """One account."""

    def __init__(self, settings: BlueskySettings) -> None:
        self.account = settings.handle
        self._settings = settings
        self._session = Session(settings)
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._watched: OrderedDict[str, Json] = OrderedDict()
        self._did = ""

    async def receive(self, position: str | None) -> AsyncIterator[Collected]:
        """Notifications and messages after `position`, then as they come. Raises Unavailable."""
        try:
            self._did = await self._session.did()
            at = Position.of(position or await self.begin())
            watch_at = time.monotonic() + self._settings.watch_seconds
            while True:
                async with aclosing(self._look(at)) as looked:
                    async for collected in looked:
                        at = Position.of(collected.position)
                        yield collected
                if time.monotonic() >= watch_at:
                    watch_at = time.monotonic() + self._settings.watch_seconds
                    for gone in await self._gone():
                        yield self._collected(gone, replace(at, taken=f"deleted {gone['deleted']}"))
                await asyncio.sleep(self._settings.poll_seconds)
        except Refused as error:
            raise Unavailable(str(error)) from error

    async def _look(self, at: Position) -> AsyncGenerator[Collected, None]:
        for note in await self._notifications(at.read_from):
            newest = max(at.notified_at, str(note["indexedAt"]))
            at = replace(at, notified_at=newest, taken=str(note["uri"]))
            old = str(note["indexedAt"]) <= at.backfill_to and not self._settings.backfill
            if not old and self._fresh(str(note["uri"])):
                yield self._collected(note, at, str(note["indexedAt"]))
        if self._settings.chat:
            log = await self._session.query("chat.bsky.convo.getLog", {"cursor": at.chat}, chat=True)
            for entry in log.get("logs", []):
                at = replace(at, chat=str(entry["rev"]), taken=f"{entry['rev']} {entry['$type']}")
                if entry.get("$type") in MESSAGES and self._fresh(at.taken):
                    yield self._collected({"convo": entry["convoId"], "message": entry["message"]}, at)

    async def _notifications(self, since: str) -> list[Json]:
        """Everything indexed after `since`, oldest first: the server pages from the newest backwards."""
        found: list[Json] = []
        asked: Json = {"limit": PAGE}
        for _ in range(MOST_PAGES):
            page = await self._session.query("app.bsky.notification.listNotifications", asked)
            notes = page.get("notifications", [])
            found += [note for note in notes if str(note["indexedAt"]) > since]
            if not page.get("cursor") or not notes or str(notes[-1]["indexedAt"]) <= since:
                break
            asked["cursor"] = page["cursor"]
        return found[::-1]

    async def begin(self) -> str:
        """Where a first start stands: at the newest notification and message, or before all of them."""
        page = await self._session.query("app.bsky.notification.listNotifications", {"limit": 1})
        newest = max((str(note["indexedAt"]) for note in page.get("notifications", [])), default="")
        chat = ""
        if self._settings.chat:
            log = await self._session.query("chat.bsky.convo.getLog", {}, chat=True)
            chat = str(log.get("cursor") or "")
        return Position("" if self._settings.backfill else newest, chat, newest).text()

    def _fresh(self, uri: str) -> bool:
        if uri in self._seen:
            return False
        self._seen[uri] = None
        while len(self._seen) > MOST_SEEN:
            self._seen.popitem(last=False)
        return True

    async def _gone(self) -> Iterable[Json]:
        """The latest complaints that are not there any more."""
        if not self._watched:
            return []
        page = await self._session.query("app.bsky.feed.getPosts", {"uris": list(self._watched)})
        there = {str(post["uri"]) for post in page.get("posts", [])}
        gone = [uri for uri in self._watched if uri not in there]
        return [{"deleted": uri, "author": self._watched.pop(uri)} for uri in gone]

    def _collected(self, value: Json, at: Position, indexed_at: str = "") -> Collected:
        facts = {"account": self._did}
        if indexed_at and indexed_at <= at.backfill_to:
            facts["backfill"] = "1"
        if value.get("reason") in ("mention", "reply", "quote"):
            self._watched[str(value["uri"])] = value.get("author", {})
            while len(self._watched) > WATCHED:
                self._watched.popitem(last=False)
        raw = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
        return Collected(Inbound(raw, "application/json", self._did, datetime.now(UTC), facts), at.text())

    async def confirm(self, collected: Sequence[Collected]) -> None:
        """Nothing to mark: notifications stay unread for the people who look at the account."""

    async def aclose(self) -> None:
        """Close the connections."""
        await self._session.aclose()


def build_sources(settings: BlueskySettings, deployment: Deployment) -> Sequence[BlueskySource]:
    """One source: the configured account."""
    return [BlueskySource(settings)]
