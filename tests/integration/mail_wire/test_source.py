"""The mail source against a real IMAP server: resume, order, marks, crashes."""

import asyncio
import contextlib
import os
import signal
import time

import pytest

from channels.mail.mark import Mark
from deploy.local.dovecot import Dovecot
from schemas.errors import Misconfigured, Unavailable
from tests.integration.mail_wire.mailboxes import (
    ADDRESS,
    Listener,
    a_mail,
    flags,
    listening,
    put,
    source_for,
)

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(180)]


async def test_the_first_start_takes_only_what_comes_after_it(dovecot: Dovecot) -> None:
    put(dovecot, a_mail(1))
    source = source_for(dovecot)
    position = await source.begin()
    put(dovecot, a_mail(2), a_mail(3))
    async with listening(source, position) as listener:
        got = await listener.until(2)
    assert [one.inbound.raw for one in got] == [a_mail(2), a_mail(3)]
    facts = got[0].inbound.facts
    assert facts["mailbox"] == ADDRESS
    assert "backfill" not in facts
    assert abs(got[0].inbound.received_at.timestamp() - time.time()) < 60


async def test_backfill_takes_history_oldest_first_and_says_that_it_is_history(dovecot: Dovecot) -> None:
    put(dovecot, *[a_mail(number) for number in range(130)], date=time.time() - 86400)
    source = source_for(dovecot, backfill=True)
    position = await source.begin()
    put(dovecot, a_mail(130))
    async with listening(source, position) as listener:
        got = await listener.until(131)
    assert [one.inbound.raw for one in got] == [a_mail(number) for number in range(131)]
    assert [one.inbound.facts.get("backfill") for one in got] == ["1"] * 130 + [None]


async def test_it_resumes_behind_the_position_and_ignores_what_others_have_read(dovecot: Dovecot) -> None:
    source = source_for(dovecot)
    position = await source.begin()
    put(dovecot, a_mail(1), a_mail(2), a_mail(3))
    async with listening(source, position) as listener:
        got = await listener.until(3)
        await source.confirm(got[:2])
    assert ["$Accepted" in flag for flag in flags(dovecot)] == [True, True, False]
    assert not any("Seen" in flag for flag in flags(dovecot))
    async with listening(source_for(dovecot), got[1].position) as listener:
        again = await listener.until(1)
    assert [one.inbound.raw for one in again] == [a_mail(3)]


async def test_mail_below_the_mark_that_was_never_confirmed_comes_once_more(dovecot: Dovecot) -> None:
    source = source_for(dovecot)
    position = await source.begin()
    put(dovecot, a_mail(1), a_mail(2), a_mail(3))
    async with listening(source, position) as listener:
        got = await listener.until(3)
        await source.confirm([got[0], got[2]])
    put(dovecot, a_mail(4))
    source = source_for(dovecot)
    async with listening(source, got[2].position) as listener:
        again = await listener.until(2)
        assert [one.inbound.raw for one in again] == [a_mail(4), a_mail(2)]
        assert again[1].position == again[0].position, "what is taken once more does not move the position"
        await source.confirm(again)
    assert all("$Accepted" in flag for flag in flags(dovecot))


async def test_news_arrives_by_idle_and_confirming_does_not_wait_for_it(dovecot: Dovecot) -> None:
    source = source_for(dovecot, poll_seconds=600)
    async with listening(source, await source.begin()) as listener:
        put(dovecot, a_mail(1))
        got = await listener.until(1)
        await asyncio.sleep(0.3)
        async with asyncio.timeout(40):
            await source.confirm(got)
        await asyncio.sleep(0.3)
        put(dovecot, a_mail(2))
        await listener.until(2)


async def test_polling_does_it_where_idle_is_off(dovecot: Dovecot) -> None:
    source = source_for(dovecot, idle=False, poll_seconds=1)
    async with listening(source, await source.begin()) as listener:
        await asyncio.sleep(0.3)
        put(dovecot, a_mail(1))
        await listener.until(1)


async def test_taken_mail_moves_to_the_processed_folder(dovecot: Dovecot) -> None:
    source = source_for(dovecot, processed_folder="Processed")
    async with listening(source, await source.begin()) as listener:
        put(dovecot, a_mail(1), a_mail(2))
        got = await listener.until(2)
        await source.confirm(got)
        await source.confirm(got)
    assert flags(dovecot) == []
    assert len(flags(dovecot, "Processed")) == 2


async def test_a_new_uidvalidity_looks_at_everything_again_and_tells_history_from_news(
    dovecot: Dovecot,
) -> None:
    put(dovecot, a_mail(1), date=time.time() - 86400)
    source = source_for(dovecot)
    position = await source.begin()
    put(dovecot, a_mail(2))
    async with listening(source, position) as listener:
        got = await listener.until(1)
    dovecot.kill9()
    dovecot.reset_uidvalidity("complaints")
    dovecot.start()
    source = source_for(dovecot)
    async with listening(source, got[0].position) as listener:
        again = await listener.until(2)
        await source.confirm([*got, *again])
    assert {one.inbound.raw: one.inbound.facts.get("backfill") for one in again} == {
        a_mail(1): "1",
        a_mail(2): None,
    }
    assert Mark.read(again[0].position).uidvalidity != Mark.read(position).uidvalidity


@pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP])
async def test_a_dead_or_hung_server_is_noticed_and_left(dovecot: Dovecot, signal_number: int) -> None:
    source = source_for(dovecot, poll_seconds=2)
    position = await source.begin()
    async with listening(source, position) as listener:
        await asyncio.sleep(0.5)
        assert dovecot.pid is not None
        os.killpg(dovecot.pid, signal_number)
        cpu = time.process_time()
        with pytest.raises(Unavailable):
            await listener.until(1, seconds=30)
        assert time.process_time() - cpu < 1, "a dead server must not become a busy loop"
        assert source.health.trouble
    os.killpg(dovecot.pid or 0, signal.SIGCONT) if dovecot.pid else None
    dovecot.kill9()
    with pytest.raises(Unavailable):
        await source_for(dovecot).begin()
    dovecot.start()
    put(dovecot, a_mail(1))
    async with listening(source_for(dovecot), position) as listener:
        await listener.until(1)


async def test_a_mail_that_the_server_does_not_give_is_told_apart_and_blocks_nobody(dovecot: Dovecot) -> None:
    source = source_for(dovecot)
    position = await source.begin()
    put(dovecot, a_mail(1), a_mail(2), a_mail(3))
    box = dovecot.folder / "mail" / "complaints"
    [broken] = [
        path
        for path in box.glob("*/*")
        if path.parent.name in ("new", "cur") and b"parcel 2" in path.read_bytes()
    ]
    broken.chmod(0)
    for _ in range(8):
        listener = Listener(source, position)
        with contextlib.suppress(Unavailable):
            await listener.until(3, seconds=5)
        if len(listener.got) == 3:
            break
    await listener.stop()
    got = listener.got
    assert [bool(one.inbound.facts.get("unfetched")) for one in got] == [False, True, False]
    assert [one.inbound.raw for one in got][::2] == [a_mail(1), a_mail(3)]


async def test_health_compares_what_the_server_has_with_what_was_taken(dovecot: Dovecot) -> None:
    source = source_for(dovecot)
    position = await source.begin()
    put(dovecot, a_mail(1), a_mail(2))
    async with listening(source, position) as listener:
        await listener.until(2)
        await asyncio.sleep(0.3)
        assert (source.health.server_count, source.health.taken) == (2, 2)
        assert source.health.last_success is not None


async def test_a_wrong_password_names_the_setting(dovecot: Dovecot) -> None:
    with pytest.raises(Misconfigured, match="CHANNEL_MAIL_IMAP_PASSWORD"):
        await source_for(dovecot, imap_password="wrong").begin()


async def test_a_certificate_nobody_knows_names_the_setting(dovecot: Dovecot) -> None:
    with pytest.raises(Misconfigured, match="CHANNEL_MAIL_CA_FILE"):
        await source_for(dovecot, ca_file=None).begin()


async def test_starttls_and_token_login(dovecot: Dovecot) -> None:
    port = dovecot.ports.imap
    source = source_for(dovecot, imap_port=port, imap_tls="starttls", oauth_token=dovecot.token)
    async with listening(source, await source.begin()) as listener:
        put(dovecot, a_mail(1))
        await listener.until(1)
    with pytest.raises(Misconfigured, match="CHANNEL_MAIL_OAUTH_TOKEN"):
        await source_for(dovecot, oauth_token="another").begin()
