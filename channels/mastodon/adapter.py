"""Mastodon's way in: notifications in order, told by the stream, found by polling, resumed by their id."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, suppress
from datetime import UTC, datetime

from channels.calls import understood
from channels.contract import Collected, Deployment, Inbound, Look
from channels.handed import Handed, nameless
from channels.json_body import read_object
from channels.mastodon.api import PAGE, Json, MastodonApi, Me
from channels.mastodon.settings import MastodonSettings
from channels.mastodon.stream import Doorbell, Event
from channels.mastodon.trail import Position, Trail, order
from channels.mastodon.watch import Watched
from schemas.errors import Refused, Unavailable, Unreadable

LEAST_SECONDS_BETWEEN = 0.2
"""A burst of notifications is one look."""
MOST_DIGITS = 40


class MastodonSource:
    """One account. Nothing is confirmed on the server: the position alone says what was taken."""

    def __init__(self, settings: MastodonSettings, user_agent: str) -> None:
        self.account = settings.base_url.rstrip("/")
        self._settings = settings
        self._api = MastodonApi(settings, user_agent)
        self._doorbell = Doorbell(self._api)
        self._watched = Watched()
        self._handed = Handed()
        self.look = Look(every=settings.poll_seconds)
        self._me: Me | None = None

    async def receive(self, position: str | None) -> AsyncIterator[Collected]:
        """Notifications after `position`, oldest first, then as they come. Raises Unavailable."""
        self._handed.begin()
        async with aclosing(self._receive(position)) as received:
            try:
                with understood("Mastodon"):
                    async for collected in received:
                        yield collected
            except Refused as error:
                raise Unavailable(f"{error}; has CHANNEL_MASTODON_ACCESS_TOKEN the scope read?") from error

    async def begin(self) -> str:
        """Where a first start stands: at the newest notification, or with a backfill before the oldest."""
        newest = [_id(one) for one in await self._api.notifications()]
        last = max([one for one in newest if one], key=order, default="0")
        return (Position("0", last) if self._settings.backfill else Position(last, last)).text()

    async def _receive(self, position: str | None) -> AsyncGenerator[Collected, None]:
        trail = Trail(Position.of(position or await self.begin()))
        self._me = self._me or await self._api.me()
        for notification in await self._api.notifications():
            self._note(notification, anew=False)
        for changed in self._handed.kept():
            yield self._collected(changed, trail)
        if self._settings.streaming:
            self._doorbell.start()
        watch_at = time.monotonic() + self._settings.watch_seconds
        while True:
            async for collected in self._look(trail):
                yield collected
            self.look = Look(datetime.now(UTC), self._settings.poll_seconds)
            look_at = time.monotonic() + self._settings.poll_seconds
            while time.monotonic() < look_at:
                event = await self._doorbell.next(max(0.0, look_at - time.monotonic()))
                for changed in self._changed(event):
                    self._handed.keep(_name(changed), changed)
                    yield self._collected(changed, trail)
                if event and event.name in ("open", "notification") and not self._api.scarce:
                    look_at = min(look_at, time.monotonic() + LEAST_SECONDS_BETWEEN)
            if time.monotonic() >= watch_at:
                watch_at = time.monotonic() + self._settings.watch_seconds
                for changed in await self._watch():
                    self._handed.keep(_name(changed), changed)
                    yield self._collected(changed, trail)

    async def _look(self, trail: Trail) -> AsyncIterator[Collected]:
        """Every notification not yet taken, page by page."""
        after = trail.position(time.monotonic()).id
        while page := await self._api.notifications(min_id=after):
            for notification in page:
                if self._is_new(notification, trail):
                    self._note(notification)
                    yield self._collected(notification, trail)
            before, after = after, max([after, *(_id(one) for one in page if _id(one))], key=order)
            if len(page) < PAGE or after == before:
                return

    def _is_new(self, notification: Json, trail: Trail) -> bool:
        """By its id; one without an id is handed over once, so that somebody looks at it."""
        number = _id(notification)
        if not number:
            return self._handed.take(_name(notification))
        return trail.take(number, time.monotonic())

    def _changed(self, event: Event | None) -> list[Json]:
        """An edit or a deletion that the stream told of a post that complained."""
        if event is None:
            return []
        if event.name == "delete":
            deleted = self._watched.deleted(event.data.strip())
            return [deleted] if deleted else []
        if event.name == "status.update":
            with suppress(Unreadable):
                return self._edited(read_object(event.data.encode()))
        return []

    async def _watch(self) -> list[Json]:
        """Look at the latest complaints themselves: not every edit and deletion is streamed."""
        changed: list[Json] = []
        for post_id in self._watched.latest(self._settings.watch_posts):
            post = await self._api.status(post_id)
            if post is not None:
                changed += self._edited(post)
            elif deleted := self._watched.deleted(post_id):
                changed.append(deleted)
        return changed

    def _edited(self, post: Json) -> list[Json]:
        if not self._watched.edited(post):
            return []
        self._watched.note(post)
        return [{"event": "status.update", "payload": post}]

    def _note(self, notification: Json, anew: bool = True) -> None:
        """Watch the post; how a known one was when it was handed over is forgotten only with `anew`."""
        post = notification.get("status")
        if isinstance(post, dict) and post.get("id") and (anew or not self._watched.knows(str(post["id"]))):
            self._watched.note(post)

    def _collected(self, value: Json, trail: Trail) -> Collected:
        position = trail.position(time.monotonic(), _name(value))
        facts = {"account": self._me.account, "domain": self._me.domain} if self._me else {}
        if _id(value) and order(_id(value)) <= order(position.backfill_to):
            facts["backfill"] = "1"
        raw = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        inbound = Inbound(raw, "application/json", facts.get("account", ""), datetime.now(UTC), facts)
        return Collected(inbound, position.text(), _name(value))

    async def confirm(self, collected: Sequence[Collected]) -> None:
        """Nothing to mark there: notifications stay as they are for the people who read the account."""
        self._handed.confirm(collected)

    async def aclose(self) -> None:
        """Stop the stream and close the connections."""
        await self._doorbell.aclose()
        async with asyncio.timeout(5):
            await self._api.aclose()


def _id(value: Json) -> str:
    """The id of a notification; empty for what has none, or none that can be put in order."""
    found = "" if "event" in value else str(value.get("id"))
    return found if found.isascii() and found.isdigit() and len(found) < MOST_DIGITS else ""


def _name(value: Json) -> str:
    """What tells this delivery from every other of the account."""
    if "event" not in value:
        return _id(value) or nameless(json.dumps(value, sort_keys=True).encode())
    payload = value["payload"]
    changed = f"{payload['id']} {payload.get('edited_at')}" if isinstance(payload, dict) else str(payload)
    return f"{value['event']} {changed}"


def build_sources(settings: MastodonSettings, deployment: Deployment) -> Sequence[MastodonSource]:
    """One source: the configured account."""
    return [MastodonSource(settings, deployment.user_agent)]
