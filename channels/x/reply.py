"""Letters as answers under the post, or in the direct-message conversation (docs.x.com, "Manage posts").

There is no idempotency key; after an unclear end our latest posts, or the conversation, are compared. X itself
refuses the same post twice.
"""

from channels.calls import told
from channels.contract import Deployment, Sent
from channels.lenient import at, objects
from channels.x.api import XApi
from channels.x.length import LIMIT, weighted
from channels.x.settings import XSettings
from schemas.errors import Refused
from schemas.letter import Letter


class XReplier:
    """Public posts are answered in public, direct messages directly."""

    def __init__(self, settings: XSettings) -> None:
        self._api = XApi(settings)
        self._account = settings.user_id

    async def reply(self, letter: Letter) -> Sent:
        """Send. Raises Refused, Unavailable and Unclear."""
        if letter.route.visibility == "private":
            path = f"/2/dm_conversations/with/{letter.route.address.value}/messages"
            return Sent(told(await self._api.write(path, {"text": letter.text}), "dm_event_id"))
        if weighted(letter.text) > LIMIT:
            raise Refused(
                f"the letter weighs {weighted(letter.text)} characters, X allows {LIMIT}", "too_long"
            )
        body = {"text": letter.text, "reply": {"in_reply_to_tweet_id": letter.route.thread}}
        return Sent(told(await self._api.write("/2/tweets", body), "id"))

    async def find(self, letter: Letter) -> Sent | None:
        """Look for the letter's text in the thread or the conversation."""
        if letter.route.visibility == "private":
            every = await self._api.talk_with(letter.route.address.value)
            own = [one for one in every if at(one, "sender_id") in ("", self._account)]
        else:
            every = await self._api.own_posts(letter.route.account or self._account)
            own = [one for one in every if _answers(one) == letter.route.thread]
        found = next((one for one in own if _same(at(one, "text"), letter.text)), None)
        return Sent(at(found, "id"), "found") if found else None

    async def aclose(self) -> None:
        """Close the connections."""
        await self._api.aclose()


def _answers(post: dict[str, object]) -> str:
    replied = [
        at(one, "id") for one in objects(post.get("referenced_tweets")) if at(one, "type") == "replied_to"
    ]
    return replied[0] if replied else ""


def _same(found: str, text: str) -> bool:
    """X adds mentions in front of an answer and shortens addresses."""
    words = [word for word in text.split() if not word.startswith("http")]
    return all(word in found.replace("&amp;", "&").split() for word in words)


def build_replier(settings: XSettings, deployment: Deployment) -> XReplier:
    """The way out for the account."""
    return XReplier(settings)
