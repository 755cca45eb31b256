"""What waits in the spools of doors on other hosts: each door tells it on /readyz, also while Kafka is away."""

import asyncio
import socket
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, ValidationError

from gateway.picture import Facts
from workers.monitor.waiting import SPOOL, Claim

SECONDS = 2.0


class _Told(BaseModel):
    """Of a door's /readyz, what the monitor counts."""

    door: str
    spooled: int = 0
    spooled_since: datetime | None = None
    trouble: list[str] = []


async def ask_doors(doors: Sequence[str], facts: Facts) -> None:
    """Add what each door says. A name with several addresses is several doors; who does not answer is a note."""
    asked = [pair for each in await asyncio.gather(*map(_addresses, doors)) for pair in each]
    async with httpx.AsyncClient(timeout=SECONDS) as client:
        for word in await asyncio.gather(*(_ask(client, *pair) for pair in asked)):
            if isinstance(word, str):
                facts.notes.append(word)
                continue
            facts.spooled += word.spooled
            facts.notes += [f"the door {word.door}: {said}" for said in word.trouble]
            if word.spooled:
                facts.claims.append(Claim(word.spooled_since, SPOOL, count=word.spooled))


async def _addresses(door: str) -> list[tuple[str, str]]:
    """(address to ask, name in Host) of every host behind the door's name."""
    parts = urlsplit(door)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if parts.scheme == "https" or not parts.hostname:  # a certificate is for the name
        return [(door, "")]
    try:
        found = await asyncio.get_running_loop().getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except OSError:
        return [(door, "")]
    hosts = dict.fromkeys(str(one[4][0]) for one in found)
    bare = [f"[{host}]" if ":" in host else host for host in hosts]
    return [(f"{parts.scheme}://{host}:{port}{parts.path}", parts.netloc) for host in bare]


async def _ask(client: httpx.AsyncClient, door: str, name: str) -> _Told | str:
    try:
        answer = await client.get(f"{door.rstrip('/')}/readyz", headers={"Host": name} if name else {})
        return _Told.model_validate_json(answer.content)
    except (httpx.HTTPError, httpx.InvalidURL, ValidationError) as error:
        return f"the door {door} does not tell what waits there: {str(error) or type(error).__name__}"[:300]
