"""Letters as posts in the thread of the complaint (docs.joinmastodon.org, "Post a new status").

The Idempotency-Key is the letter's id: within an hour the server gives the first post again. Later, and after
a crash, our own latest posts in the thread are compared with the letter's text.
"""

from channels.calls import Unsure, told
from channels.contract import Deployment, Sent, Unclear
from channels.mastodon.api import Json, MastodonApi, Me
from channels.mastodon.html import text_of
from channels.mastodon.length import counted
from channels.mastodon.settings import MastodonSettings
from schemas.errors import Refused, Unavailable
from schemas.letter import Letter


class MastodonReplier:
    """A public complaint is answered where it was made, a direct one directly."""

    def __init__(self, settings: MastodonSettings, user_agent: str) -> None:
        self._settings = settings
        self._api = MastodonApi(settings, user_agent)
        self._me: Me | None = None

    async def reply(self, letter: Letter) -> Sent:
        """Post it. Raises Refused (gone, blocked, too long), Unavailable and Unclear."""
        text = self._text(letter)
        if counted(text) > self._settings.characters:
            most = self._settings.characters
            raise Refused(f"the letter has {counted(text)} characters, the server allows {most}", "too_long")
        fields = {"status": text, "visibility": self._visibility(letter), "language": letter.language[:2]}
        if letter.route.thread:
            fields["in_reply_to_id"] = letter.route.thread
        post = await self._api.post(
            {name: value for name, value in fields.items() if value}, letter.letter_id
        )
        return _sent(post, Unclear)

    async def find(self, letter: Letter) -> Sent | None:
        """Look among our own latest posts for this text in this thread."""
        self._me = self._me or await self._api.me()
        for post in await self._api.own_posts(self._me.id):
            in_thread = str(post.get("in_reply_to_id") or "") == letter.route.thread
            if in_thread and _words(text_of(str(post.get("content") or ""))) == _words(self._text(letter)):
                return _sent(post, Unavailable)
        return None

    def _visibility(self, letter: Letter) -> str:
        return self._settings.public_answers if letter.route.visibility == "public" else "direct"

    def _text(self, letter: Letter) -> str:
        """The letter, addressed: without the mention nobody would be told."""
        handle = letter.route.handle or f"@{letter.route.address.value}"
        return f"{handle} {letter.text}"

    async def aclose(self) -> None:
        """Close the connections."""
        await self._api.aclose()


def _sent(post: Json, unsure: Unsure) -> Sent:
    return Sent(told(post, "id", unsure=unsure), str(post.get("url") or ""))


def _words(text: str) -> str:
    """Text without what the server changes: white space, and the server's name in a mention."""
    return " ".join(word.split("@")[1] if word.startswith("@") else word for word in text.split())


def build_replier(settings: MastodonSettings, deployment: Deployment) -> MastodonReplier:
    """The way out for the configured account."""
    return MastodonReplier(settings, deployment.user_agent)
