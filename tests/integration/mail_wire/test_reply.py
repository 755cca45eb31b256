"""Letters over a real SMTP server: accepted, refused, away, and ends that nobody can tell."""

import asyncio
import base64
import contextlib
import email
import email.policy
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from channels.contract import Unclear
from channels.mail.reply import MailReplier
from deploy.local.dovecot import Dovecot
from deploy.local.exchanger import MailExchanger
from deploy.local.ports import free_ports
from schemas.errors import Refused, Unavailable
from tests.integration.mail_wire.letters import ANNA, a_letter
from tests.integration.mail_wire.mailboxes import PASSWORD, USER, settings_for

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(180)]


@contextlib.asynccontextmanager
async def replier_for(dovecot: Dovecot, port: int, **changes: object) -> AsyncIterator[MailReplier]:
    given: dict[str, object] = {"smtp_host": "localhost", "smtp_port": port, "smtp_seconds": 3, **changes}
    replier = MailReplier(settings_for(dovecot, **given), "The Organisation")
    try:
        yield replier
    finally:
        await replier.aclose()


async def test_a_letter_arrives_threaded_and_the_same_at_each_attempt(
    dovecot: Dovecot, tmp_path: Path
) -> None:
    with MailExchanger(dovecot, tmp_path / "journal") as exchanger:
        async with replier_for(dovecot, exchanger.port, smtp_user=USER, smtp_password=PASSWORD) as replier:
            first = await replier.reply(a_letter())
            assert await replier.find(a_letter()) is None
            await replier.reply(a_letter())
        one, two = exchanger.letters()
    assert one.content == two.content
    assert one.recipient == ANNA
    assert one.mail_from == f"bounce+0123456789abcdef01234567.{'f' * 32}@localhost"
    mail = email.message_from_bytes(one.content, policy=email.policy.default)
    assert mail["message-id"] == first.provider_id
    assert mail["in-reply-to"] == "<first@customer.example>"
    assert mail["references"] == "<older@customer.example> <first@customer.example>"
    assert mail["auto-submitted"] == "auto-replied"
    assert mail["reply-to"] == "complaints+abcd0123456789abcdefghijklmno@localhost"
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert ".ein Punkt am Anfang; Grüße" in plain.get_content()
    assert "Grüße" in html.get_content()


async def test_an_answer_to_the_letter_comes_back_to_our_mailbox(dovecot: Dovecot, tmp_path: Path) -> None:
    with MailExchanger(dovecot, tmp_path / "journal") as exchanger:
        async with replier_for(dovecot, exchanger.port, from_address="complaints@localhost") as replier:
            await replier.reply(a_letter("complaints+token@localhost"))
    assert b"Wir haben Ihre Beschwerde" in dovecot.stored(USER)[0]


async def test_no_such_mailbox_is_refused_for_good_with_its_code(dovecot: Dovecot, tmp_path: Path) -> None:
    with MailExchanger(dovecot, tmp_path / "journal") as exchanger:
        async with replier_for(dovecot, exchanger.port) as replier:
            with pytest.raises(Refused) as refused:
                await replier.reply(a_letter("nobody@localhost"))
            await replier.reply(a_letter())
        assert refused.value.code == "5.1.1"
        assert len(exchanger.letters()) == 1


async def test_what_the_server_cannot_take_now_is_tried_again(dovecot: Dovecot, tmp_path: Path) -> None:
    with MailExchanger(dovecot, tmp_path / "journal") as exchanger:
        async with replier_for(dovecot, exchanger.port) as replier:
            dovecot.kill9()
            with pytest.raises(Unavailable, match="451"):
                await replier.reply(a_letter("complaints@localhost"))


async def test_wrong_password_unknown_certificate_and_no_server_name_what_to_mend(
    dovecot: Dovecot, tmp_path: Path
) -> None:
    with MailExchanger(dovecot, tmp_path / "journal") as exchanger:
        async with replier_for(dovecot, exchanger.port, smtp_user=USER, smtp_password="wrong") as replier:
            with pytest.raises(Unavailable, match="CHANNEL_MAIL_SMTP_PASSWORD") as wrong:
                await replier.reply(a_letter())
            assert wrong.value.retry_after
        async with replier_for(dovecot, exchanger.port, ca_file=None) as replier:
            with pytest.raises(Unavailable, match="CHANNEL_MAIL_CA_FILE"):
                await replier.reply(a_letter())
    async with replier_for(dovecot, free_ports(1)[0]) as replier:
        with pytest.raises(Unavailable, match="no connection"):
            await replier.reply(a_letter())


Conversation = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def a_server(talk: Conversation, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server that misbehaves as told, on a loopback port."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def script(*answers: str, hang: bool) -> Conversation:
    """One answer for each command; after the last one silence or the end of the connection."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        for answer in answers:
            await reader.readuntil(b"\r\n")
            writer.write(answer.encode() + b"\r\n")
        await reader.readuntil(b"\r\n.\r\n" if answers[-1].startswith("354") else b"\r\n")
        if hang:
            await asyncio.sleep(20)

    return talk


@pytest.mark.parametrize("hang", [True, False], ids=["silence", "gone"])
async def test_no_answer_after_the_final_dot_is_unclear(dovecot: Dovecot, hang: bool) -> None:
    async with (
        a_server(script("250 hi", "250 ok", "250 ok", "354 go on", hang=hang)) as port,
        replier_for(dovecot, port, smtp_tls="none", smtp_seconds=1) as replier,
    ):
        with pytest.raises(Unclear):
            await replier.reply(a_letter())


@pytest.mark.parametrize("hang", [True, False], ids=["silence", "gone"])
async def test_no_answer_before_the_mail_was_sent_is_tried_again(dovecot: Dovecot, hang: bool) -> None:
    async with (
        a_server(script("250 hi", "250 ok", hang=hang)) as port,
        replier_for(dovecot, port, smtp_tls="none", smtp_seconds=1) as replier,
    ):
        with pytest.raises(Unavailable):
            await replier.reply(a_letter())


async def test_a_server_that_offers_no_starttls_is_refused(dovecot: Dovecot) -> None:
    async with (
        a_server(script("250 hi", "250 ok", hang=False)) as port,
        replier_for(dovecot, port, smtp_seconds=1) as replier,
    ):
        with pytest.raises(Unavailable, match="CHANNEL_MAIL_SMTP_TLS"):
            await replier.reply(a_letter())


async def test_tls_from_the_first_byte_and_login_by_token(dovecot: Dovecot) -> None:
    said: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        for answer in (
            b"250-hi\r\n250 AUTH XOAUTH2",
            b"235 ok",
            b"250 ok",
            b"250 ok",
            b"354 go on",
            b"250 2.0.0 done",
        ):
            end = b"\r\n.\r\n" if answer.startswith(b"250 2.0.0") else b"\r\n"
            said.append(await reader.readuntil(end))
            writer.write(answer + b"\r\n")
        await reader.readuntil(b"\r\n")

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(dovecot.folder / "cert.pem", dovecot.folder / "key.pem")
    changes: dict[str, object] = {
        "smtp_tls": "tls",
        "smtp_oauth": True,
        "oauth_token": "token-1",
        "smtp_user": USER,
    }
    async with a_server(talk, context) as port, replier_for(dovecot, port, **changes) as replier:
        assert "done" in (await replier.reply(a_letter())).detail
    assert base64.b64decode(said[1].split()[2]) == f"user={USER}\x01auth=Bearer token-1\x01\x01".encode()


async def test_a_pooled_connection_that_died_is_not_used_again(dovecot: Dovecot, tmp_path: Path) -> None:
    async with replier_for(dovecot, port := free_ports(1)[0]) as replier:
        del port
        with contextlib.suppress(Unavailable):
            await replier.reply(a_letter())
    for _ in range(2):
        with MailExchanger(dovecot, tmp_path / "journal") as exchanger:
            async with replier_for(dovecot, exchanger.port) as replier:
                await asyncio.gather(*(replier.reply(a_letter(f"p{n}@customer.example")) for n in range(20)))
                await replier.reply(a_letter())
    with MailExchanger(dovecot, tmp_path / "journal") as exchanger:
        assert len(exchanger.letters()) == 42
