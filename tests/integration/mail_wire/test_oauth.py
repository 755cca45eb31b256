"""Tokens that are fetched and renewed: a real token endpoint, and Dovecot that takes only the right one."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from urllib.parse import parse_qs

import pytest

from channels.mail.oauth import Tokens
from deploy.local.dovecot import Dovecot
from schemas.errors import Misconfigured, Unavailable
from tests.integration.mail_wire.mailboxes import PASSWORD, settings_for, source_for

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(180)]


class TokenServer:
    """Answers as RFC 6749, section 5 says; `answers` are given one after the other, the last one for ever."""

    def __init__(self, *answers: tuple[int, object]) -> None:
        self.answers = list(answers)
        self.asked: list[dict[str, list[str]]] = []

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/token"
        finally:
            server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].split()[0])
        self.asked.append(parse_qs((await reader.readexactly(length)).decode()))
        status, body = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        data = json.dumps(body).encode()
        writer.write(
            b"HTTP/1.1 %d X\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % (status, len(data)) + data
        )
        await writer.drain()
        writer.close()


def with_tokens(url: str) -> dict[str, object]:
    return {"oauth_refresh_token": "refresh-1", "oauth_client_id": "client", "oauth_token_url": url}


async def test_a_token_is_fetched_used_and_fetched_anew_when_the_server_refuses_it(dovecot: Dovecot) -> None:
    good = {"access_token": dovecot.token, "expires_in": 3600, "refresh_token": "refresh-2"}
    server = TokenServer((200, {"access_token": "old", "expires_in": 3600}), (200, good))
    async with server.running() as url:
        source = source_for(dovecot, **with_tokens(url))
        with pytest.raises(Misconfigured, match="CHANNEL_MAIL_OAUTH_TOKEN"):
            await source.begin()
        assert await source.begin()
        await source.aclose()
    assert [ask["refresh_token"] for ask in server.asked] == [["refresh-1"], ["refresh-1"]]
    assert server.asked[0]["grant_type"] == ["refresh_token"]


async def test_a_token_is_kept_for_its_life_and_a_rotated_refresh_token_is_used(dovecot: Dovecot) -> None:
    short = {"access_token": dovecot.token, "expires_in": 1, "refresh_token": "refresh-2"}
    server = TokenServer((200, short), (200, {"access_token": dovecot.token, "expires_in": 3600}))
    async with server.running() as url:
        settings = settings_for(dovecot, **with_tokens(url))
        tokens = Tokens(settings, settings.every_mailbox()[0])
        for _ in range(3):
            assert await asyncio.to_thread(tokens.get) == dovecot.token
    assert [ask["refresh_token"] for ask in server.asked] == [["refresh-1"], ["refresh-2"]]


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [(400, {"error": "invalid_grant"}, Misconfigured), (503, {}, Unavailable), (200, ["?"], Misconfigured)],
)
async def test_no_token_says_what_to_do(
    dovecot: Dovecot, status: int, body: object, error: type[Exception]
) -> None:
    async with TokenServer((status, body)).running() as url:
        with pytest.raises(error, match="CHANNEL_MAIL_OAUTH_"):
            await source_for(dovecot, **with_tokens(url)).begin()


async def test_secrets_show_in_no_message(dovecot: Dovecot) -> None:
    settings = settings_for(dovecot, oauth_token="a-secret-token", smtp_password="another-one")
    assert not any(word in repr(settings) for word in ("a-secret-token", "another-one", PASSWORD))
    with pytest.raises(Misconfigured) as refused:
        await source_for(dovecot, oauth_token="a-secret-token").begin()
    assert "a-secret-token" not in str(refused.value)
    assert PASSWORD not in str(refused.value)
