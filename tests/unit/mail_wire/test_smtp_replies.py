"""Every reply of a mail server, at every step, by its code and enhanced code; and servers that play them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as some

from channels.contract import Deployment, Unclear
from channels.mail import answers
from channels.mail.answers import Meaning, Step
from channels.mail.reply import MailReplier, build_replier
from channels.mail.settings import MailSettings
from schemas.errors import Misconfigured, Refused, Unavailable
from schemas.message import Address, ReplyRoute
from tests.integration.mail_wire.letters import a_letter

pytestmark = pytest.mark.timeout(60)

TABLE: Sequence[tuple[Step, str, Meaning]] = [
    ("MAIL", "250 2.1.0 ok", "taken"),
    ("MAIL", "421 4.3.2 shutting down", "later"),
    ("MAIL", "451 4.7.1 greylisted", "later"),
    ("MAIL", "452 4.3.1 no room", "later"),
    ("MAIL", "500 what", "mend"),
    ("MAIL", "501 5.1.7 bad sender", "mend"),
    ("MAIL", "530 5.7.0 authentication required", "mend"),
    ("MAIL", "535 5.7.8 wrong", "mend"),
    ("MAIL", "550 5.1.8 domain of sender does not exist", "mend"),
    ("MAIL", "552 exceeded storage allocation", "later"),
    ("MAIL", "552 5.3.4 too large", "never"),
    ("MAIL", "555 5.5.4 unsupported option", "mend"),
    ("MAIL", "553 5.7.1 sender address rejected", "mend"),
    ("RCPT", "250 2.1.5 ok", "taken"),
    ("RCPT", "251 will forward", "taken"),
    ("RCPT", "252 2.0.0 cannot VRFY, will try", "taken"),
    ("RCPT", "421 4.7.0 busy", "later"),
    ("RCPT", "450 4.2.1 mailbox busy", "later"),
    ("RCPT", "452 4.5.3 too many", "later"),
    ("RCPT", "501 5.1.3 syntax", "never"),
    ("RCPT", "550 5.1.1 no such user", "never"),
    ("RCPT", "550 no such user", "never"),
    ("RCPT", "550 5.7.1 relaying denied", "never"),
    ("RCPT", "550 5.7.23 SPF", "mend"),
    ("RCPT", "530 5.7.0 must log in", "mend"),
    ("RCPT", "552 5.2.2 mailbox full", "later"),
    ("RCPT", "550 5.2.2 over quota", "later"),
    ("RCPT", "552 mailbox full", "later"),
    ("RCPT", "552 5.2.3 too large for it", "never"),
    ("RCPT", "553 5.1.3 not allowed", "never"),
    ("RCPT", "554 5.3.2 not now", "later"),
    ("RCPT", "555 parameters unknown", "never"),
    ("RCPT", "556 5.1.10 null MX", "never"),
    ("RCPT", "354 what?", "later"),
    ("RCPT", "550 4.2.2 two minds", "never"),
    ("DATA", "250 2.0.0 queued", "taken"),
    ("DATA", "451 4.3.0 later", "later"),
    ("DATA", "552 5.3.4 too large", "never"),
    ("DATA", "552 5.2.2 full", "later"),
    ("DATA", "554 5.7.1 spam", "never"),
    ("DATA", "550 5.7.26 not authenticated", "mend"),
    ("DATA", "354 again?", "unclear"),
    ("DATA", "-1 garbage", "unclear"),
    ("DATA", "999 what", "unclear"),
]


@pytest.mark.parametrize(("step", "line", "meaning"), TABLE)
def test_a_reply_means_what_the_table_says(step: Step, line: str, meaning: Meaning) -> None:
    code, _, words = line.partition(" ")
    assert answers.meaning(step, answers.reply(int(code), words)) == meaning


@given(step=some.sampled_from(["MAIL", "RCPT", "DATA"]), code=some.integers(-1, 1000), words=some.text())
def test_any_reply_has_a_meaning_and_a_passing_one_is_never_final(step: Step, code: int, words: str) -> None:
    meaning = answers.meaning(step, answers.reply(code, words))
    if 400 <= code < 500:
        assert meaning == "later"
    if meaning == "never":
        assert 500 <= code < 600
    if step == "DATA" and not 200 <= code < 600:
        assert meaning == "unclear"


@contextlib.asynccontextmanager
async def a_server(**said: str) -> AsyncIterator[tuple[int, list[str]]]:
    """Answers each verb as `said` has it, else as a good server does; what it heard."""
    good = {"EHLO": "250 hi", "HELO": "250 hi", "MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on"}
    heard: list[str] = []
    talks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        try:
            await answer_all(reader, writer)
        finally:
            writer.close()

    async def answer_all(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                line = (await reader.readuntil(b"\r\n")).decode().strip()
                heard.append(line)
                verb = line[:4].upper()
                answer = said.get(verb, good.get(verb, "250 ok"))
                writer.write(answer.replace("\n", "\r\n").encode() + b"\r\n")
                if verb == "DATA" and answer.startswith("354"):
                    await reader.readuntil(b"\r\n.\r\n")
                    writer.write(said.get("END", "250 2.0.0 queued").encode() + b"\r\n")
                if verb == "QUIT":
                    break

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], heard
    finally:
        server.close()
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await asyncio.sleep(0)


@contextlib.asynccontextmanager
async def a_replier(port: int, **more: object) -> AsyncIterator[MailReplier]:
    given: dict[str, object] = {
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
        "smtp_tls": "none",
        "smtp_seconds": 2,
        "from_address": "complaints@example.org",
        **more,
    }
    replier = MailReplier(MailSettings.model_validate(given), "The Organisation")
    try:
        yield replier
    finally:
        await replier.aclose()


@pytest.mark.asyncio
@pytest.mark.parametrize("host", ["EHLO", "HELO"])
@pytest.mark.parametrize(("step", "line", "meaning"), [row for row in TABLE if row[1][:1] in "2345"][:32])
async def test_a_server_that_says_it_is_understood(
    host: str, step: Step, line: str, meaning: Meaning
) -> None:
    """Each reply of the table comes over the wire, from servers that know EHLO and from one that does not."""
    said = {step: line, **({"EHLO": "502 unknown"} if host == "HELO" else {})}
    async with a_server(**said) as (port, _), a_replier(port) as replier:
        if meaning == "taken":
            assert "queued" in (await replier.reply(a_letter())).detail
        elif meaning == "never":
            with pytest.raises(Refused):
                await replier.reply(a_letter())
        else:
            with pytest.raises(Unavailable) as raised:
                await replier.reply(a_letter())
            assert ("CHANNEL_MAIL_" in str(raised.value)) == (meaning == "mend")


@pytest.mark.asyncio
@pytest.mark.parametrize("end", ["hello", "354 go on", "199 no", "99 what", "\x00\x00\x00 ok"])
async def test_a_last_word_that_nobody_can_read_is_unclear(end: str) -> None:
    async with a_server(END=end) as (port, _), a_replier(port) as replier:
        with pytest.raises(Unclear):
            await replier.reply(a_letter())


def to(address: str) -> ReplyRoute:
    return ReplyRoute(
        channel="mail", account="complaints@example.org", address=Address(kind="mail", value=address)
    )


@pytest.mark.asyncio
async def test_the_first_letter_to_a_local_part_beyond_ascii_goes_where_the_server_can() -> None:
    async with a_server(EHLO="250-hi\n250 SMTPUTF8") as (port, heard), a_replier(port) as replier:
        for _ in range(2):
            await replier.reply(a_letter(route=to("jörg@bücher.example")))
    assert heard.count("RCPT TO:<jörg@xn--bcher-kva.example>") == 2
    async with a_server(EHLO="250 hi") as (port, _), a_replier(port) as replier:
        with pytest.raises(Refused) as refused:
            await replier.reply(a_letter(route=to("jörg@bücher.example")))
        assert refused.value.code == "5.6.7"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("address", "recipient"),
    [
        ("anna@faß.example", "anna@xn--fa-hia.example"),
        ("anna@βόλος.example", "anna@xn--nxasmm1c4d.example"),
        ("anna@BÜCHER.example", "anna@xn--bcher-kva.example"),
        ("anna@example.org", "anna@example.org"),
    ],
)
async def test_a_letter_goes_to_the_very_domain(address: str, recipient: str) -> None:
    async with a_server() as (port, heard), a_replier(port) as replier:
        await replier.reply(a_letter(route=to(address)))
    if "nxasmm" not in recipient:
        assert f"RCPT TO:<{recipient}>" in heard
    assert not any("fass.example" in line for line in heard)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "words", ["454 4.7.0 temporary failure", "421 4.7.0 too many connections", "432 later"]
)
async def test_a_login_that_a_busy_server_puts_off_is_no_wrong_password(words: str) -> None:
    said = {"EHLO": "250-hi\n250 AUTH PLAIN", "AUTH": words}
    async with a_server(**said) as (port, _), a_replier(port, smtp_user="u", smtp_password="p") as replier:
        with pytest.raises(Unavailable) as raised:
            await replier.reply(a_letter())
    assert "CHANNEL_MAIL_SMTP_PASSWORD" not in str(raised.value)


@pytest.mark.asyncio
async def test_a_name_and_password_of_any_letters_log_in() -> None:
    said = {"EHLO": "250-hi\n250 AUTH PLAIN", "AUTH": "235 in"}
    async with (
        a_server(**said) as (port, heard),
        a_replier(port, smtp_user="jörg", smtp_password="пароль") as replier,
    ):
        await replier.reply(a_letter())
    assert any(line.startswith("AUTH PLAIN ") for line in heard)


@pytest.mark.asyncio
async def test_without_a_server_that_sends_letters_wait_and_the_setting_is_named() -> None:
    settings = MailSettings.model_validate(
        {"imap_host": "imap.example.org", "imap_user": "complaints@example.org"}
    )
    replier = build_replier(settings, Deployment("https://gateway.example", "Example", b"secret"))
    with pytest.raises(Misconfigured, match="CHANNEL_MAIL_SMTP_HOST"):
        await replier.reply(a_letter())
    assert await replier.find(a_letter()) is None
    await replier.aclose()
