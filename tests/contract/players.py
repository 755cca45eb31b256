"""A provider and a person for every channel that is collected from: what the suite of sources needs to play with."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from mastodon import Mastodon

from channels.contract import Channel, Deployment, Source, load
from channels.registry import BY_NAME
from tests.imap import ImapServer
from tests.integration.sandbox.processes import StandIn

HOUSE = Deployment("https://gateway.example", "Example", b"secret")


@dataclass(frozen=True)
class Player:
    """`source()` is one account of ours there; `say(text)` is a person who writes to it.

    `changes` are what a person may do to what was said, by name: each takes the text it was said with.
    """

    channel: Channel
    source: Callable[[], Source]
    say: Callable[[str], object]
    changes: dict[str, Callable[[str], object]]
    url: str = ""
    reads: tuple[str, ...] = ()
    """Parts of the paths that the source asks, over HTTP."""
    settings: dict[str, Any] = field(default_factory=dict)


def _source(name: str, **settings: Any) -> Callable[[], Source]:
    channel = BY_NAME[name]  # type: ignore[index]

    def build() -> Source:
        sources: Sequence[Source] = load(channel.sources)(
            load(channel.settings).model_validate(settings), HOUSE
        )
        return sources[0]

    return build


@contextlib.contextmanager
def _mail(folder: Path) -> Iterator[Player]:
    with ImapServer() as server:
        named = {"imap_host": "127.0.0.1", "imap_port": server.port, "imap_tls": "none", "poll_seconds": 1}
        source = _source("mail", imap_user=server.user, imap_password=server.password, **named)
        head = "From: anna@customer.example\r\nSubject: heating\r\nMessage-ID: <{}@customer.example>\r\n\r\n{}\r\n"
        yield Player(
            BY_NAME["mail"],
            source,
            lambda text: server.put(head.format(text.replace(" ", "."), text).encode()),
            {},
        )


@contextlib.contextmanager
def _mastodon(folder: Path) -> Iterator[Player]:
    environment = {"SANDBOX_MASTODON_ACCOUNTS": '{"complaints": "ours", "anna": "hers"}'}
    with StandIn("mastodon", folder, environment=environment) as server:
        anna = Mastodon(access_token="hers", api_base_url=server.url, version_check_mode="none")
        said: dict[str, Any] = {}

        def say(text: str) -> None:
            said[text] = anna.status_post(f"@complaints {text}")["id"]

        named = {"base_url": server.url, "access_token": "ours", "poll_seconds": 0.2, "watch_seconds": 0.3}
        changes = {
            "edited": lambda text: anna.status_update(said[text], f"@complaints {text} edited"),
            "deleted": lambda text: anna.status_delete(said[text]),
        }
        reads = ("/notifications", "verify_credentials", "/instance")
        yield Player(
            BY_NAME["mastodon"], _source("mastodon", **named), say, changes, server.url, reads, named
        )


@contextlib.contextmanager
def _bluesky(folder: Path) -> Iterator[Player]:
    environment = {"SANDBOX_BLUESKY_ACCOUNTS": '{"complaints": "ours", "anna": "hers"}'}
    with StandIn("bluesky", folder, environment=environment) as server, httpx.Client() as client:
        xrpc, said = f"{server.url}/xrpc", dict[str, str]()
        login = {"identifier": "anna", "password": "hers"}
        session = client.post(f"{xrpc}/com.atproto.server.createSession", json=login).json()
        client.headers["Authorization"] = f"Bearer {session['accessJwt']}"
        post = {"repo": session["did"], "collection": "app.bsky.feed.post"}

        def say(text: str) -> None:
            if text.endswith("0"):  # every other one directly
                body = {"convoId": "anna-complaints", "message": {"text": text}}
                proxy = {"atproto-proxy": "did:web:api.bsky.chat#bsky_chat"}
                client.post(
                    f"{xrpc}/chat.bsky.convo.sendMessage", json=body, headers=proxy
                ).raise_for_status()
                return
            record = {
                "$type": "app.bsky.feed.post",
                "text": f"@complaints.sandbox.example {text}",
                "createdAt": datetime.now(UTC).isoformat(),
            }
            made = client.post(f"{xrpc}/com.atproto.repo.createRecord", json={**post, "record": record})
            said[text] = made.raise_for_status().json()["uri"]

        def delete(text: str) -> None:
            key = said[text].rpartition("/")[2]
            client.post(
                f"{xrpc}/com.atproto.repo.deleteRecord", json={**post, "rkey": key}
            ).raise_for_status()

        named = {"handle": "complaints", "app_password": "ours", "service": server.url, "poll_seconds": 0.2}
        source = _source("bluesky", watch_seconds=0.3, **named)
        reads = ("createSession", "listNotifications", "getLog")
        yield Player(BY_NAME["bluesky"], source, say, {"deleted": delete}, server.url, reads, named)


@contextlib.contextmanager
def _telegram(folder: Path) -> Iterator[Player]:
    with StandIn("telegram", folder, environment={"SANDBOX_TELEGRAM_TOKEN": "8001:ours"}) as server:

        def say(text: str) -> None:
            person = {"id": 3001, "is_bot": False, "first_name": "Ada"}
            message = {
                "message_id": 41,
                "from": person,
                "chat": {"id": 3001, "type": "private"},
                "text": text,
            }
            update = {"message": {**message, "date": 1772359200}}
            httpx.post(f"{server.url}/_sandbox/updates", json=update).raise_for_status()

        named = {"bot_token": "8001:ours", "api_base": server.url, "poll_seconds": 1}
        yield Player(
            BY_NAME["telegram"], _source("telegram", **named), say, {}, server.url, ("getUpdates",), named
        )


@contextlib.contextmanager
def _x(folder: Path) -> Iterator[Player]:
    keys = {"consumer_key": "key", "consumer_secret": "secret", "access_token": "42-token"}
    environment = {f"SANDBOX_X_{name.upper()}": value for name, value in keys.items()}
    with StandIn("x", folder, environment=environment) as server:

        def say(text: str) -> None:
            said = {"from": "7", "text": f"@we {text}", "direct": text.endswith("0")}
            httpx.post(f"{server.url}/_sandbox/say", json=said).raise_for_status()

        named = {
            **keys,
            "access_token_secret": "s",
            "user_id": "42",
            "api_base": server.url,
            "poll_seconds": 0.2,
        }
        yield Player(
            BY_NAME["x"], _source("x", **named), say, {}, server.url, ("mentions", "dm_events"), named
        )


def _meta(name: str) -> Callable[[Path], contextlib.AbstractContextManager[Player]]:
    @contextlib.contextmanager
    def play(folder: Path) -> Iterator[Player]:
        secrets = {"app_secret": "app", "verify_token": "verify", "access_token": "token"}
        environment = {f"SANDBOX_META_{key.upper()}": value for key, value in secrets.items()}
        with StandIn("meta", folder, environment=environment) as server:

            def say(text: str) -> None:
                said = {"from": "491701234567", "text": text, "name": "Ada", "omit": True}
                httpx.post(f"{server.url}/_sandbox/{name}/messages", json=said).raise_for_status()

            named = {**secrets, "account_id": "100200", "api_base": server.url, "reconcile_seconds": 0.2}
            reads = ("conversations",)
            yield Player(BY_NAME[name], _source(name, **named), say, {}, server.url, reads, named)  # type: ignore[index]

    return play


PLAYERS: dict[str, Callable[[Path], contextlib.AbstractContextManager[Player]]] = {
    "mail": _mail,
    "mastodon": _mastodon,
    "bluesky": _bluesky,
    "telegram": _telegram,
    "x": _x,
    "messenger": _meta("messenger"),
    "instagram": _meta("instagram"),
}
NO_GRACE = timedelta(0)
