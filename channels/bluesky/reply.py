"""Letters as posts in the thread, or as direct messages in the conversation.

A post is put under a key that the letter determines: doing it again changes nothing, and a look-up is exact. A
direct message has no key; after an unclear end the conversation's latest messages are compared.
"""

from channels.bluesky import posts
from channels.bluesky.session import Session
from channels.bluesky.settings import BlueskySettings
from channels.calls import listed, told, understood
from channels.contract import Deployment, Sent
from schemas.errors import Refused, Unavailable
from schemas.letter import Letter

CONVO = "convo:"
LATEST = 50


class BlueskyReplier:
    """Public complaints are answered in their thread, direct messages in their conversation."""

    def __init__(self, settings: BlueskySettings) -> None:
        self._session = Session(settings)

    async def reply(self, letter: Letter) -> Sent:
        """Send. Raises Refused, Unavailable and Unclear."""
        if len(letter.text) > posts.CHARACTERS:
            raise Refused(f"{len(letter.text)} characters, Bluesky allows {posts.CHARACTERS}", "too_long")
        if letter.route.thread.startswith(CONVO):
            return await self._send_direct(letter)
        body = {
            "repo": await self._session.did(),
            "collection": posts.COLLECTION,
            "rkey": posts.record_key(letter),
            "record": posts.post(letter),
        }
        written = await self._session.procedure("com.atproto.repo.putRecord", body)
        return Sent(told(written, "uri"), str(written.get("cid", "")))

    async def find(self, letter: Letter) -> Sent | None:
        """The post under the letter's key, or the text among the conversation's latest messages."""
        if letter.route.thread.startswith(CONVO):
            return await self._find_direct(letter)
        ours = await self._session.did()
        asked = {"repo": ours, "collection": posts.COLLECTION, "rkey": posts.record_key(letter)}
        try:
            found = await self._session.query("com.atproto.repo.getRecord", asked)
        except Refused as error:
            if error.code in ("RecordNotFound", "InvalidRequest"):
                return None
            raise
        return Sent(told(found, "uri", unsure=Unavailable), "found")

    async def _send_direct(self, letter: Letter) -> Sent:
        message = {"text": letter.text, "facets": posts.facets(letter.text)}
        body = {"convoId": letter.route.thread.removeprefix(CONVO), "message": message}
        sent = await self._session.procedure("chat.bsky.convo.sendMessage", body, chat=True)
        return Sent(told(sent, "id"))

    async def _find_direct(self, letter: Letter) -> Sent | None:
        convo = letter.route.thread.removeprefix(CONVO)
        asked = {"convoId": convo, "limit": LATEST}
        answer = await self._session.query("chat.bsky.convo.getMessages", asked, chat=True)
        ours = await self._session.did()
        with understood("Bluesky"):
            for message in listed(answer, "messages"):
                if message.get("text") == letter.text and message["sender"]["did"] == ours:
                    return Sent(told(message, "id", unsure=Unavailable), "found")
        return None

    async def aclose(self) -> None:
        """Close the connections."""
        await self._session.aclose()


def build_replier(settings: BlueskySettings, deployment: Deployment) -> BlueskyReplier:
    """The way out for the account."""
    return BlueskyReplier(settings)
