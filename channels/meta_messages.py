"""Letters into a conversation or under a comment (Graph API: "Send API", "Object comments", "IG Comment replies").

There is no idempotency key; after an unclear end the conversation, or the comment's answers, are read.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from channels.calls import answered, listed, told
from channels.contract import Sent, Unclear
from channels.lenient import Json, at
from channels.meta_graph import Graph
from channels.meta_history import posts_of
from schemas.errors import Refused, Unavailable
from schemas.letter import Letter

LATEST = 25


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Manner:
    """How one of the two networks is written to.

    `answers` is the edge of a comment's answers; `characters` the longest message; `late_tag` the tag that is
    allowed outside the window, empty for none.
    """

    platform: str
    answers: str
    characters: int
    late_tag: str = ""


class MetaReplier:
    """One message, or one answer under a comment, for each letter."""

    def __init__(self, graph: Graph, manner: Manner, now: Callable[[], datetime] = _now) -> None:
        self._graph = graph
        self._manner = manner
        self._now = now

    async def reply(self, letter: Letter) -> Sent:
        """Send. Raises Refused, Unavailable and Unclear."""
        if len(letter.text) > self._manner.characters:
            raise Refused(f"{len(letter.text)} characters, {self._manner.characters} are allowed", "too_long")
        if letter.route.visibility == "public":
            path = f"/{letter.route.thread}/{self._manner.answers}"
            response = await self._graph.send(path, json={"message": letter.text})
            return Sent(told(answered(response, Unclear), "id"))
        response = await self._graph.send(f"/{letter.route.account}/messages", json=self._message(letter))
        return Sent(told(answered(response, Unclear), "message_id"))

    async def find(self, letter: Letter) -> Sent | None:
        """Look for the letter's text in the conversation, or among the answers to the comment."""
        if letter.route.visibility == "public":
            fields = {"fields": "id,message,text", "limit": LATEST}
            response = await self._graph.get(f"/{letter.route.thread}/{self._manner.answers}", params=fields)
            posts = listed(answered(response), "data")
        else:
            posts = await self._conversation(letter)
        for post in posts:
            if letter.text in (at(post, "message"), at(post, "text")):
                return Sent(told(post, "id", unsure=Unavailable), "found")
        return None

    async def _conversation(self, letter: Letter) -> list[Json]:
        asked = {
            "platform": self._manner.platform,
            "user_id": letter.route.address.value,
            "fields": f"messages.limit({LATEST}){{id,message,from,created_time}}",
        }
        response = await self._graph.get(f"/{letter.route.account}/conversations", params=asked)
        return [post for talk in listed(answered(response), "data") for post in posts_of(talk)]

    def _message(self, letter: Letter) -> dict[str, Any]:
        body: dict[str, Any] = {
            "recipient": {"id": letter.route.address.value},
            "message": {"text": letter.text, "metadata": f"{letter.letter_id}.{letter.key}"},
        }
        until = letter.route.open_until
        if until is None or self._now() < until:
            return {**body, "messaging_type": "RESPONSE"}
        if not self._manner.late_tag:
            raise Refused("the 24-hour window is over and no message tag is set (LATE_TAG)", "window")
        return {**body, "messaging_type": "MESSAGE_TAG", "tag": self._manner.late_tag}

    async def aclose(self) -> None:
        """Close the connections."""
        await self._graph.aclose()
