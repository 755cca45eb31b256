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
from datetime import UTC, datetime, timedelta

from channels.bluesky.position import Position
from channels.bluesky.session import Json, Session
from channels.bluesky.settings import BlueskySettings
from channels.calls import listed, understood
from channels.contract import Collected, Deployment, Inbound, Look
from channels.handed import Handed, nameless
from channels.json_body import text_at
from channels.moments import moment
from schemas.errors import Refused, Unavailable

PAGE = 50
MOST_PAGES = 200
WATCHED = 25
DELETED = "deleted "
SKEW = timedelta(days=1)
MESSAGES = frozenset({"chat.bsky.convo.defs#logCreateMessage", "chat.bsky.convo.defs#logDeleteMessage"})


class BlueskySource:
    """One account."""

    def __init__(self, settings: BlueskySettings) -> None:
        self.account = settings.handle
        self._settings = settings
        self._session = Session(settings)
        self._handed = Handed()
        self.look = Look(every=settings.poll_seconds)
        self._watched: OrderedDict[str, Json] = OrderedDict()
        self._did = ""

    async def receive(self, position: str | None) -> AsyncIterator[Collected]:
        """Notifications and messages after `position`, then as they come. Raises Unavailable."""
        self._handed.begin()
        try:
            with understood("Bluesky"):
                async with aclosing(self._receive(position)) as received:
                    async for collected in received:
                        yield collected
        except Refused as error:
            raise Unavailable(str(error)) from error

    async def _receive(self, position: str | None) -> AsyncGenerator[Collected, None]:
        self._did = await self._session.did()
        at = Position.of(position or await self.begin())
        watch_at = time.monotonic() + self._settings.watch_seconds
        while True:
            async with aclosing(self._look(at)) as looked:
                async for collected in looked:
                    at = Position.of(collected.position)
                    yield collected
            self.look = Look(datetime.now(UTC), self._settings.poll_seconds)
            if time.monotonic() >= watch_at:
                watch_at = time.monotonic() + self._settings.watch_seconds
                for gone in await self._gone():
                    name = DELETED + str(gone["deleted"])
                    if self._handed.take(name):
                        yield self._collected(gone, replace(at, taken=name))
            await asyncio.sleep(self._settings.poll_seconds)

    async def _look(self, at: Position) -> AsyncGenerator[Collected, None]:
        for note in await self._notifications(at.read_from):
            named, since = text_at(note, "uri"), _indexed(note)
            at = replace(at, notified_at=max(at.notified_at, since), taken=named or _nameless(note))
            old = bool(since) and since <= at.backfill_to and not self._settings.backfill
            if not old and self._handed.take(at.taken):
                yield self._collected(note, at, since)
        if self._settings.chat:
            log = await self._session.query("chat.bsky.convo.getLog", {"cursor": at.chat}, chat=True)
            for entry in listed(log, "logs"):
                rev, kind = text_at(entry, "rev"), text_at(entry, "$type")
                at = replace(at, chat=rev or at.chat, taken=f"{rev} {kind}" if rev else _nameless(entry))
                if kind in MESSAGES and self._handed.take(at.taken):
                    yield self._collected(
                        {"convo": entry.get("convoId"), "message": entry.get("message")}, at
                    )

    async def _notifications(self, since: str) -> list[Json]:
        """Everything indexed after `since`, oldest first: the server pages from the newest backwards."""
        found: list[Json] = []
        asked: Json = {"limit": PAGE}
        for _ in range(MOST_PAGES):
            page = await self._session.query("app.bsky.notification.listNotifications", asked)
            notes = listed(page, "notifications")
            found += [note for note in notes if not (at := _indexed(note)) or at > since]
            oldest = min((at for note in notes if (at := _indexed(note))), default="")
            if not page.get("cursor") or not notes or oldest <= since:
                break
            asked["cursor"] = page["cursor"]
        return found[::-1]

    async def begin(self) -> str:
        """Where a first start stands: at the newest notification and message, or before all of them."""
        page = await self._session.query("app.bsky.notification.listNotifications", {"limit": 1})
        newest = max((_indexed(note) for note in listed(page, "notifications")), default="")
        chat = ""
        if self._settings.chat:
            log = await self._session.query("chat.bsky.convo.getLog", {}, chat=True)
            chat = str(log.get("cursor") or "")
        return Position("" if self._settings.backfill else newest, chat, newest).text()

    async def _gone(self) -> Iterable[Json]:
        """The latest complaints that are not there any more; each until it is confirmed."""
        if not self._watched:
            return []
        page = await self._session.query("app.bsky.feed.getPosts", {"uris": list(self._watched)})
        there = {str(post.get("uri")) for post in listed(page, "posts")}
        return [
            {"deleted": uri, "author": author} for uri, author in self._watched.items() if uri not in there
        ]

    def _collected(self, value: Json, at: Position, indexed_at: str = "") -> Collected:
        facts = {"account": self._did}
        if indexed_at and indexed_at <= at.backfill_to:
            facts["backfill"] = "1"
        if value.get("reason") in ("mention", "reply", "quote") and (uri := text_at(value, "uri")):
            self._watched[uri] = value.get("author", {})
            while len(self._watched) > WATCHED:
                self._watched.popitem(last=False)
        raw = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
        inbound = Inbound(raw, "application/json", self._did, datetime.now(UTC), facts)
        return Collected(inbound, at.text(), at.taken)

    async def confirm(self, collected: Sequence[Collected]) -> None:
        """Nothing to mark there: notifications stay unread for the people who look at the account."""
        for key in self._handed.confirm(collected):
            self._watched.pop(key.removeprefix(DELETED), None) if key.startswith(DELETED) else None

    async def aclose(self) -> None:
        """Close the connections."""
        await self._session.aclose()


def _indexed(note: Json) -> str:
    """When the server indexed it; empty for what is no time, or one that would hide all that comes after."""
    text = text_at(note, "indexedAt")
    at = moment(text)
    return text if at is not None and at < datetime.now(UTC) + SKEW else ""


def _nameless(value: Json) -> str:
    return nameless(json.dumps(value, sort_keys=True).encode())


def build_sources(settings: BlueskySettings, deployment: Deployment) -> Sequence[BlueskySource]:
    """One source: the configured account."""
    return [BlueskySource(settings)]
