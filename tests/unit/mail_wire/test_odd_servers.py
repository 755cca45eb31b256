"""Mail servers that answer what no standard foresees: read, or set aside, or said; never an error without a type."""

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from channels.contract import Collected, Deployment
from channels.mail.adapter import MailSource
from channels.mail.settings import MailSettings
from channels.mail.uncollected import look
from schemas.errors import GatewayError, Misconfigured, Unavailable
from tests.imap import Bend, ImapServer

pytestmark = pytest.mark.timeout(60)
HOUSE = Deployment("https://gateway.example", "Example", b"secret")
FIRST = '{"uidvalidity":7,"uid":0,"floor":1,"first":1,"since":"2026-12-01T05:00:00Z"}'
MAILS = [b"Subject: %d\r\n\r\nNo hot water since Monday.\r\n" % number for number in range(3)]


def source_at(server: ImapServer, **more: Any) -> MailSource:
    given: dict[str, Any] = {
        "imap_host": "127.0.0.1",
        "imap_port": server.port,
        "imap_tls": "none",
        "imap_user": server.user,
        "imap_password": server.password,
        "address": "complaints@example.org",
        "read_seconds": 1,
        "poll_seconds": 1,
        **more,
    }
    chosen = MailSettings(**given)
    return MailSource(chosen, chosen.every_mailbox()[0])


@contextlib.asynccontextmanager
async def a_session(source: MailSource, position: str = FIRST) -> AsyncIterator[list[Collected]]:
    """What one call of `receive` gives, confirmed as it comes; errors without a type come out at the end."""
    got: list[Collected] = []

    async def receive() -> None:
        async with contextlib.aclosing(source.receive(position)) as received:  # type: ignore[type-var]
            async for one in received:
                got.append(one)
                await source.confirm([one])

    task = asyncio.create_task(receive())
    try:
        yield got
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, GatewayError):
            await task


async def until(done: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


async def trouble_of(source: MailSource) -> str:
    """What the first session ends with."""
    try:
        async for one in source.receive(FIRST):
            await source.confirm([one])
    except (Unavailable, Misconfigured) as error:
        return str(error)
    raise AssertionError("it went on")


def on(command: str, change: Callable[[bytes], bytes]) -> Bend:
    return lambda name, answer: change(answer) if name == command else answer


def without(pattern: bytes) -> Callable[[bytes], bytes]:
    return lambda answer: re.sub(pattern, b"", answer)


def instead(pattern: bytes, by: bytes) -> Callable[[bytes], bytes]:
    return lambda answer: re.sub(pattern, by, answer)


def each_alone(answer: bytes) -> bytes:
    """One SEARCH line for each number."""
    line, _, rest = answer.partition(b"\r\n")
    return b"".join(b"* SEARCH %s\r\n" % number for number in line.split()[2:]) + rest


READ: dict[str, Bend] = {
    "search in several lines": on("UID SEARCH", each_alone),
    "search with a modseq": on("UID SEARCH", instead(rb"(\* SEARCH[^\r]*)", rb"\1 (MODSEQ 917)")),
    "search twice the same": on("UID SEARCH", instead(rb"(\* SEARCH[^\r]*\r\n)", rb"\1\1")),
    "size nil": on("UID FETCH", instead(rb"RFC822.SIZE \d+", b"RFC822.SIZE NIL")),
    "size a word": on("UID FETCH", instead(rb"RFC822.SIZE \d+", b'RFC822.SIZE "many"')),
    "size negative": on("UID FETCH", instead(rb"RFC822.SIZE \d+", b"RFC822.SIZE -1")),
    "size missing": on("UID FETCH", without(rb"RFC822.SIZE \d+")),
    "sizes unreadable": on("UID FETCH", instead(rb"RFC822.SIZE \d+\)", b"RFC822.SIZE (((")),
    "sizes refused": lambda name, answer: (
        re.sub(rb".*?(\w+) OK[^\r]*", rb"\1 BAD what", answer, flags=re.DOTALL)
        if name == "UID FETCH" and b"RFC822.SIZE" in answer
        else answer
    ),
    "zone beyond a day": on("UID FETCH", instead(rb"\+0000", b"+9999")),
    "zone a word": on("UID FETCH", instead(rb"\+0000", b"local")),
    "no zone": on("UID FETCH", instead(rb" \+0000", b"")),
    "a date that cannot be": on("UID FETCH", instead(rb"02-Dec-2026", b"99-Foo-0000")),
    "the last year": on("UID FETCH", instead(rb"02-Dec-2026 10:00:00 \+0000", b"31-Dec-9999 23:59:59 -1400")),
    "the first year": on(
        "UID FETCH", instead(rb"02-Dec-2026 10:00:00 \+0000", b"01-Jan-0001 00:00:00 +1400")
    ),
    "date nil": on("UID FETCH", instead(rb'INTERNALDATE "[^"]*"', b"INTERNALDATE NIL")),
    "date missing": on("UID FETCH", without(rb'INTERNALDATE "[^"]*" ')),
    "fetch without uid": on("UID FETCH", without(rb"UID \d+ ?")),
    "news between": on("UID FETCH", lambda answer: b"* 1 FETCH (FLAGS (\\Seen))\r\n* 5 EXPUNGE\r\n" + answer),
    "flags of nobody": on("UID FETCH", lambda answer: b"* 3 FETCH (FLAGS () UID 77)\r\n" + answer),
    "uidvalidity by status only": on("SELECT", without(rb"\* OK \[UIDVALIDITY 7\] ok\r\n")),
    "uidvalidity a word": on("SELECT", instead(rb"UIDVALIDITY 7", b"UIDVALIDITY x")),
    "no uidnext": on("SELECT", without(rb"\* OK \[UIDNEXT \d+\] ok\r\n")),
    "uidnext nil": on("SELECT", instead(rb"UIDNEXT \d+", b"UIDNEXT NIL")),
    "no permanent flags": on("SELECT", without(rb"\* OK \[PERMANENTFLAGS [^\r]*\r\n")),
}


@pytest.mark.asyncio
@pytest.mark.parametrize("name", READ)
async def test_what_can_be_read_is_read_whatever_form_it_has(name: str) -> None:
    with ImapServer(READ[name]) as server:
        server.put(*MAILS)
        source = source_at(server)
        async with a_session(source) as got:
            await until(lambda: len(got) == len(MAILS) or bool(source.health.trouble))
            assert [one.inbound.raw for one in got] == MAILS, source.health.trouble
            assert all(one.inbound.received_at.tzinfo is not None for one in got)
            assert not any(one.inbound.facts.get("unfetched") for one in got)
            await until(lambda: source.health.last_success is not None or bool(source.health.trouble))
            assert not source.health.trouble
        await source.aclose()


def no_second(answer: bytes) -> bytes:
    """The second mail is listed, and never given."""
    return re.sub(rb"\* 2 FETCH .*?Monday\.\r\n\)\r\n", b"", answer, flags=re.DOTALL)


SET_ASIDE: dict[str, Bend] = {
    "never given": on("UID FETCH", no_second),
    "content nil": on(
        "UID FETCH", instead(rb"BODY\[\] \{\d+\}\r\nSubject: 1.*?Monday\.\r\n\)", b"BODY[] NIL)")
    ),
    "refused": lambda name, answer: (
        re.sub(rb".*\r\n(\w+) OK[^\r]*", rb"\1 NO [SERVERBUG] not this one", answer, flags=re.DOTALL)
        if name == "UID FETCH" and b"BODY[]" in answer and b"Subject: 1" in answer
        else answer
    ),
}
SET_ASIDE["content nil"] = on(
    "UID FETCH",
    lambda answer: re.sub(
        rb"BODY\[\] \{\d+\}\r\nSubject: 1\r\n\r\nNo hot water since Monday\.\r\n\)", b"BODY[] NIL)", answer
    ),
)


@pytest.mark.asyncio
@pytest.mark.parametrize("name", SET_ASIDE)
async def test_one_mail_that_is_not_given_is_told_once_and_the_others_go_on(name: str) -> None:
    with ImapServer(SET_ASIDE[name]) as server:
        server.put(*MAILS)
        source = source_at(server)
        async with a_session(source) as got:
            await until(lambda: len(got) == len(MAILS) or bool(source.health.trouble))
            assert [bool(one.inbound.facts.get("unfetched")) for one in got] == [False, True, False]
            looks = len([said for said in server.said if said == "NOOP"])
            await until(lambda: len([said for said in server.said if said == "NOOP"]) > looks + 2)
        assert len(got) == len(MAILS)
        await source.aclose()


WAITS: dict[str, tuple[Bend, str]] = {
    "no uidvalidity": (
        lambda name, answer: re.sub(rb"UIDVALIDITY 7", b"HIGHESTMODSEQ 7", answer),
        "UIDVALIDITY",
    ),
    "search with words": (on("UID SEARCH", instead(rb"SEARCH ", b"SEARCH one two ")), "read"),
    "closes at a fetch": (on("UID FETCH", lambda answer: b""), "mailbox"),
    "ends in a literal": (on("UID FETCH", lambda answer: answer[:60]), "mailbox|connection"),
    "a literal without end": (
        on("UID SEARCH", lambda answer: b"* SEARCH {99999999999}\r\n" + answer),
        "99999999999 bytes",
    ),
    "a line without end": (
        on("UID SEARCH", lambda answer: b"* " + b"1 " * 5_000_000 + b"\r\n" + answer),
        "bytes",
    ),
    "html": (on("greeting", lambda answer: b"<html>\r\n<body>502</body>\r\n" * 3), "mailbox"),
    "another protocol": (on("greeting", lambda answer: b"220 mail.example.org ESMTP\r\n"), "mailbox"),
    "nothing at all": (on("greeting", lambda answer: b""), "mailbox"),
    "goodbye": (on("greeting", lambda answer: b"* BYE busy\r\n"), "mailbox"),
    "another tag": (on("UID SEARCH", lambda answer: answer.replace(b" OK", b"X OK")), "mailbox"),
}


@pytest.mark.asyncio
@pytest.mark.parametrize("name", WAITS)
async def test_what_cannot_be_read_makes_this_mailbox_wait_with_a_reason(name: str) -> None:
    bend, reason = WAITS[name]
    with ImapServer(bend) as server:
        server.put(*MAILS)
        source = source_at(server)
        assert re.search(reason, await trouble_of(source))
        assert source.health.trouble
        assert [one.trouble async for one in look(source._settings, HOUSE, {source.account: FIRST})] != [""]
        server.bend = lambda command, answer: answer
        async with a_session(source) as got:
            await until(lambda: len(got) == len(MAILS))
        await source.aclose()


LOGINS: dict[bytes, tuple[type[GatewayError], str]] = {
    b"NO [UNAVAILABLE] directory away": (Unavailable, ""),
    b"NO [LIMIT] ten connections": (Unavailable, ""),
    b"NO [INUSE] somebody reads it": (Unavailable, ""),
    b"NO [SERVERBUG] oops": (Unavailable, ""),
    b"NO [CONTACTADMIN] call us": (Unavailable, ""),
    b"NO [ALERT] Too many simultaneous connections. (Failure)": (Unavailable, ""),
    b"NO Too many connections": (Unavailable, ""),
    b"NO Maximum number of connections from user+IP exceeded": (Unavailable, ""),
    b"NO Server busy, please try again later": (Unavailable, ""),
    b"NO [AUTHENTICATIONFAILED] Invalid credentials": (Misconfigured, "CHANNEL_MAIL_IMAP_PASSWORD"),
    b"NO [AUTHORIZATIONFAILED] not you": (Misconfigured, "CHANNEL_MAIL_IMAP_PASSWORD"),
    b"NO [EXPIRED] change your password": (Misconfigured, "CHANNEL_MAIL_IMAP_PASSWORD"),
    b"NO [ALERT] Application-specific password required": (Misconfigured, "CHANNEL_MAIL_IMAP_PASSWORD"),
    b"NO [PRIVACYREQUIRED] use TLS": (Misconfigured, "CHANNEL_MAIL_IMAP_TLS"),
    b"NO wrong": (Misconfigured, "CHANNEL_MAIL_IMAP_PASSWORD"),
}


@pytest.mark.asyncio
@pytest.mark.parametrize("said", LOGINS, ids=lambda said: said.decode())
async def test_a_refused_login_is_the_password_s_only_when_the_server_says_so(said: bytes) -> None:
    error, setting = LOGINS[said]
    with ImapServer(on("LOGIN", lambda answer: answer.split()[0] + b" " + said + b"\r\n")) as server:
        source = source_at(server)
        with pytest.raises(error) as raised:
            await source.begin()
        assert setting in str(raised.value)
        assert setting or "CHANNEL_MAIL_IMAP_PASSWORD" not in str(raised.value)
        await source.aclose()


@pytest.mark.asyncio
async def test_a_server_that_hangs_up_at_the_login_is_not_a_wrong_password() -> None:
    with ImapServer(on("LOGIN", lambda answer: b"")) as server:
        source = source_at(server)
        with pytest.raises(Unavailable):
            await source.begin()
        await source.aclose()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "password", ["pässwört", "пароль", "emoji \N{WATER WAVE}", 'quote " and \\', "tab\there", "line\nbreak"]
)
@pytest.mark.parametrize("user", ["complaints", "beschwerden@köln.example"])
async def test_a_name_or_password_of_any_letters_logs_in(user: str, password: str) -> None:
    with ImapServer(user=user, password=password) as server:
        server.put(*MAILS)
        source = source_at(server, imap_password=password)
        if password == 'quote " and \\':
            server.password = 'quote \\" and \\\\' if user.isascii() else password
        async with a_session(source) as got:
            await until(lambda: len(got) == len(MAILS) or bool(source.health.trouble))
            assert not source.health.trouble
        await source.aclose()


@pytest.mark.asyncio
@pytest.mark.parametrize("processed", ["", "Processed"])
async def test_a_read_only_folder_is_taken_in_by_position_and_said(processed: str) -> None:
    with ImapServer(read_only=True) as server:
        server.put(*MAILS)
        source = source_at(server, processed_folder=processed)
        async with a_session(source) as got:
            await until(lambda: source.health.last_success is not None)
            assert [one.inbound.raw for one in got] == MAILS
            assert "CHANNEL_MAIL_FOLDER" in source.health.trouble
            assert "read-only" in source.health.trouble
        async with a_session(source, got[1].position) as again:
            await until(lambda: bool(again))
            server.put(b"Subject: news\r\n\r\nnews\r\n")
            await until(lambda: len(again) == 2)
        assert [one.inbound.raw for one in again] == [MAILS[2], b"Subject: news\r\n\r\nnews\r\n"]
        await source.aclose()


@pytest.mark.asyncio
@pytest.mark.parametrize("ends", [0, 3], ids=["one session", "several sessions"])
async def test_mail_that_cannot_be_moved_is_taken_once_and_moved_when_that_is_possible(
    ends: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.mail.marking.PAUSE_SECONDS", (0.1, 0.2))
    full = on("UID MOVE", lambda answer: answer.split()[-3] + b" NO [OVERQUOTA] mailbox is full\r\n")
    with ImapServer(full) as server:
        server.put(*MAILS)
        source = source_at(server, processed_folder="Processed")
        position, every = FIRST, list[Collected]()
        for _ in range(ends + 1):
            async with a_session(source, position) as got:
                looks = server.said.count("NOOP")
                await until(lambda looks=looks: server.said.count("NOOP") > looks + 2)  # type: ignore[misc]
                assert "OVERQUOTA" in source.health.trouble
            every += got
            position = every[-1].position
        assert [one.inbound.raw for one in every] == MAILS
        async with a_session(source, position) as got:
            server.bend = lambda command, answer: answer
            await until(lambda: len(server.moved) == len(MAILS))
            await until(lambda: not source.health.trouble)
            assert got == []
        await source.aclose()


@pytest.mark.asyncio
async def test_a_mail_larger_than_any_is_named_by_its_header() -> None:
    bend = on("UID FETCH", instead(rb"(UID 2 )RFC822.SIZE \d+", rb"\1RFC822.SIZE 9999999999"))
    with ImapServer(bend) as server:
        server.put(*MAILS)
        source = source_at(server)
        async with a_session(source) as got:
            await until(lambda: len(got) == len(MAILS))
        assert "9999999999" in got[1].inbound.facts["unfetched"]
        assert got[1].inbound.raw == b"Subject: 1\r\n\r\n"
        await source.aclose()


TRANSCRIPT = ("greeting", "CAPABILITY", "LOGIN", "SELECT", "NOOP", "UID SEARCH", "UID FETCH", "UID STORE")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=some.data())
def test_a_damaged_conversation_ends_in_mail_or_in_a_typed_error(data: some.DataObject) -> None:
    """One answer of a real session is damaged; what comes is a mail, or the mailbox waits with a reason."""
    command = data.draw(some.sampled_from(TRANSCRIPT))
    place, kind = data.draw(some.floats(0, 1)), data.draw(some.sampled_from(["cut", "put", "swap", "twice"]))
    junk = data.draw(some.binary(max_size=12))

    def damaged(answer: bytes) -> bytes:
        at = int(place * len(answer))
        if kind == "cut":
            return answer[:at] or b"\r\n"
        if kind == "put":
            return answer[:at] + junk + answer[at:]
        if kind == "swap":
            return answer[:at] + junk + answer[at + len(junk) :]
        return answer[:at] + answer

    async def session() -> None:
        with ImapServer(on(command, damaged)) as server:
            server.put(*MAILS)
            source = source_at(server, read_seconds=0.3, connect_seconds=1)
            received = source.receive(FIRST)
            with contextlib.suppress(Unavailable, Misconfigured, TimeoutError):
                async with asyncio.timeout(3), contextlib.aclosing(received):  # type: ignore[type-var]
                    async for one in received:
                        await source.confirm([one])
                        if one.token.uid >= len(MAILS):
                            break
            await source.aclose()

    asyncio.run(session())
