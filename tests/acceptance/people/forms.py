"""The form as programs fill it in (JSON), as browsers do (a page with its nonce), and with files."""

import random

import httpx
from selectolax.lexbor import LexborHTMLParser

from deploy.sandbox.playground.ways.contract import Refused, good
from tests.acceptance.people.words import Word

_FILE_BYTES = (1_000, 20_000, 90_000, 300_000)
"""Small ones share a file in the blob store, large ones have their own."""


class Forms:
    """`/complain`. A page's nonce is kept, so that sending it again is the same complaint again."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._nonces: dict[str, str] = {}

    async def fill(self, word: Word, url: str) -> str:
        """Send it; the reference that is told. Raises Refused and httpx errors."""
        if word.way == "webform":
            headers = {"Idempotency-Key": word.key} | word.who.network
            answer = good(await self._client.post(url, json=self._fields(word), headers=headers))
            return str(answer.json()["reference"])
        headers = {"Accept": "text/html"} | word.who.network
        fields = self._fields(word) | {"nonce": await self._nonce(word, url, headers), "kept": ""}
        files = (
            [("attachments", ("receipt.png", file(word), "image/png"))] if word.way == "webform files" else []
        )
        answer = await self._client.post(url, data=fields, files=files or None, headers=headers)
        if answer.status_code != 303:
            raise Refused(f"{answer.status_code}: {answer.text[:300]}")
        return str(httpx.URL(answer.headers["location"]).params["reference"])

    def _fields(self, word: Word) -> dict[str, str]:
        address = {"email": word.who.address} if word.by_mail else {"phone": word.who.phone}
        return {"description": word.text, "name": word.who.title, **address}

    async def _nonce(self, word: Word, url: str, headers: dict[str, str]) -> str:
        if word.key not in self._nonces:
            page = LexborHTMLParser(good(await self._client.get(url, headers=headers)).text)
            field = page.css_first("input[name=nonce]")
            if field is None:
                raise Refused("the page has no form")
            self._nonces[word.key] = field.attributes["value"] or ""
        return self._nonces[word.key]


def file(word: Word) -> bytes:
    """What is enclosed: always the same for the same word."""
    chance = random.Random(word.key)
    return b"\x89PNG\r\n\x1a\n" + chance.randbytes(chance.choice(_FILE_BYTES))
