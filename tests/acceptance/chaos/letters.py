"""Every letter that reached somebody, as mailboxes and stand-ins hold it."""

import email
import email.policy
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any

import httpx
from selectolax.lexbor import LexborHTMLParser

from deploy.sandbox.bluesky.network import Account
from tests.acceptance.count import mastodon_statuses
from tests.acceptance.house import House

REFERENCE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{5}\b")
_MENTION = re.compile(r"@([\w.]+)")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Letter:
    """`to` is the recipient as the stand-in names him; `at` when it came; `reply_to` only by mail. Two copies of one
    mail are two letters with one id."""

    id: str
    channel: str
    to: str
    references: frozenset[str]
    at: float
    text: str = ""
    reply_to: str = ""


async def letters(house: House) -> list[Letter]:
    """All there are; raises httpx.HTTPError, OSError, ValueError, KeyError while a stand-in is away."""
    found = [_mail(one.content, one.recipient, one.at) for one in house.received_mail()]
    sandbox = house.facts()["sandbox"]
    async with httpx.AsyncClient(timeout=60) as client:
        for read in (_sms, _meta, _telegram, _mastodon, _bluesky, _x):
            found += [one async for one in read(client, sandbox)]
    return found


def _letter(key: object, channel: str, to: object, text: str, at: float) -> Letter:
    return Letter(str(key), channel, str(to), frozenset(REFERENCE.findall(text)), at, text)


def _mail(content: bytes, recipient: str, at: float) -> Letter:
    mail = email.message_from_bytes(content, _class=EmailMessage, policy=email.policy.default)
    body = mail.get_body(("plain",))
    text = str(body.get_content()) if body else ""
    key = str(mail["Message-ID"]).strip("<> ")
    reply_to = parseaddr(str(mail["Reply-To"] or ""))[1]
    return Letter(key, "mail", recipient, frozenset(REFERENCE.findall(text)), at, text, reply_to)


async def _json(client: httpx.AsyncClient, url: str) -> list[Json]:
    answer = await client.get(f"{url}/_sandbox/messages")
    found: list[Json] = answer.raise_for_status().json()
    return found


async def _sms(client: httpx.AsyncClient, sandbox: Json) -> AsyncIterator[Letter]:
    for one in await _json(client, sandbox["twilio"]["url"]):
        if one["direction"].startswith("outbound"):
            at = parsedate_to_datetime(one["date_created"]).timestamp()
            yield _letter(one["sid"], "sms", one["to"], one["body"], at)


async def _meta(client: httpx.AsyncClient, sandbox: Json) -> AsyncIterator[Letter]:
    for one in await _json(client, sandbox["meta"]["url"]):
        if one["ours"]:
            yield _letter(one["id"], one["platform"], one["person"], one["text"], one["at"])


async def _telegram(client: httpx.AsyncClient, sandbox: Json) -> AsyncIterator[Letter]:
    for one in await _json(client, sandbox["telegram"]["url"]):
        yield _letter(one["message_id"], "telegram", one["chat"]["id"], one["text"], float(one["date"]))


async def _mastodon(client: httpx.AsyncClient, sandbox: Json) -> AsyncIterator[Letter]:
    for one in await mastodon_statuses(client, sandbox["mastodon"]):
        text = LexborHTMLParser(one["content"]).text()
        named = _MENTION.search(text)
        at = datetime.fromisoformat(one["created_at"]).timestamp()
        yield _letter(one["id"], "mastodon", named.group(1) if named else "", text, at)


async def _bluesky(client: httpx.AsyncClient, sandbox: Json) -> AsyncIterator[Letter]:
    facts = sandbox["bluesky"]
    names = {Account(name, "").did: name for name in facts["passwords"]}
    for one in await _json(client, facts["url"]):
        if names.get(one["author"]) == facts["account"]:
            parent = str(one["record"].get("reply", {}).get("parent", {}).get("uri", ""))
            to = names.get(parent.removeprefix("at://").partition("/")[0], "")
            at = datetime.fromisoformat(one["at"]).timestamp()
            yield _letter(one["uri"], "bluesky", to, one["record"]["text"], at)


async def _x(client: httpx.AsyncClient, sandbox: Json) -> AsyncIterator[Letter]:
    every = await _json(client, sandbox["x"]["url"])
    authors = {one["id"]: one["author"] for one in every}
    for one in every:
        if one["author"] == sandbox["x"]["account"]:
            to = one["to"] or authors.get(one["answers"], "")
            yield _letter(one["id"], "x", to, one["text"], datetime.fromisoformat(one["at"]).timestamp())
