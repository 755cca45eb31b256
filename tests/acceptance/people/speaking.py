"""People speak, on every channel; and providers deliver again what was said."""

import asyncio
import smtplib

import httpx

from deploy.sandbox.playground.ways.contract import Refused, good
from deploy.sandbox.playground.ways.every import Ways
from deploy.sandbox.playground.world import Missing
from tests.acceptance.house import House
from tests.acceptance.people.forms import Forms
from tests.acceptance.people.mails import Mails
from tests.acceptance.people.person import Town
from tests.acceptance.people.words import FORMS, Word

AWAY = (httpx.HTTPError, OSError, smtplib.SMTPException, Refused, Missing, KeyError, ValueError, IndexError)
"""The house, a stand-in or run.json is away for a moment, or said no."""
_STAND_INS = {"sms": "twilio", "x": "x", "whatsapp": "meta", "messenger": "meta", "instagram": "meta"}
_PATHS = {"sms": "sms/{}/again", "x": "say/{}/again"}


class Speakers:
    """One client for everybody; `client` should wait for as long as people do."""

    def __init__(self, house: House, client: httpx.AsyncClient) -> None:
        self._world = Town(house)
        self._client = client
        self._ways = Ways(self._world, client)
        self._forms = Forms(client)
        self._mails = Mails(self._world)
        self._ids: dict[str, str] = {}

    async def say(self, word: Word) -> str:
        """Until it is confirmed; returns the reference where one is told at once. Raises what is in AWAY."""
        if word.way in FORMS:
            return await self._forms.fill(word, f"{self._world.gateway}/complain")
        if word.way == "mail":
            await asyncio.to_thread(self._mails.send, word)
            return ""
        found = self._ways.of(word.way)
        if found is None:
            raise Missing(f"nobody can speak by {word.way}")
        way, channel = found
        told = await way.write(word.who, channel, word.text)
        self._ids[word.key] = told.id
        return told.reference

    async def again(self, word: Word) -> bool:
        """The provider, or the person's own program, delivers once more what was said; False where that is the
        collector's doing, which reads again what it had not confirmed. Raises what is in AWAY."""
        if word.way in (*FORMS, "mail"):
            await self.say(word)
            return True
        if word.way not in _STAND_INS or not self._ids.get(word.key):
            return False
        path = _PATHS.get(word.way, f"{word.way}/messages/{{}}/again").format(self._ids[word.key])
        url = f"{self._world.part(_STAND_INS[word.way])['url']}/_sandbox/{path}"
        told = good(await self._client.post(url)).json()
        return int(told["webhook"].get("status", 0)) == 200

    def close(self) -> None:
        """Give connections back."""
        self._ways.close()
