"""Mail that nobody collects lengthens the wait, and a mailbox that cannot be opened is told."""

import imaplib
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from channels.mail.mark import Mark
from deploy.local.dovecot import Dovecot, missing_dovecot
from gateway import topics as house
from gateway.monitoring import Monitor
from gateway.projecting import case_view
from gateway.uncollected import UncollectedWatch
from schemas import topics
from schemas.standing import Standing
from tests.integration.mail_wire.mailboxes import ADDRESS, PASSWORD, USER, a_mail, put
from tests.integration.monitor.test_role import parts_of
from workers.storage.kafka import Cluster


@pytest.fixture
def dovecot(monkeypatch: pytest.MonkeyPatch) -> Iterator[Dovecot]:
    missing = missing_dovecot()
    if missing and os.environ.get("CI") != "true":
        pytest.skip(missing)
    with Dovecot({USER: PASSWORD}) as running:
        for name, value in {
            "IMAP_HOST": "localhost", "IMAP_PORT": running.ports.imaps, "IMAP_USER": USER, "ADDRESS": ADDRESS,
            "IMAP_PASSWORD": PASSWORD, "CA_FILE": running.ca_file,
        }.items():  # fmt: skip
            monkeypatch.setenv(f"CHANNEL_MAIL_{name}", str(value))
        yield running


async def stand_at(cluster: Cluster, mark: Mark) -> None:
    """The collector wrote this down, then it ended."""
    standing = Standing(position=mark.position, boot="1", at=datetime.now(UTC))
    producer = cluster.producer()
    try:
        await producer.start()
        name = cluster.topic(topics.POSITIONS.name)
        await producer.send_and_wait(name, standing.to_bytes(), key=f"mail:{ADDRESS}".encode())
    finally:
        await producer.stop()


@pytest.mark.asyncio
async def test_uncollected_mail_waits_since_it_came_to_the_mailbox(
    cluster: Cluster, tmp_path: Path, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(dovecot, a_mail(1), date=time.time() - 9_000)
    parts = parts_of(cluster, tmp_path)
    await house.apply(parts.cluster, parts.topics())
    watch = UncollectedWatch(parts)
    await watch.look()
    assert (watch.claims, watch.notes) == ([], [])  # never collected from: what is there is history

    validity = _validity(dovecot)
    await stand_at(cluster, Mark.start(validity, 2, datetime.now(UTC), backfill=False))
    put(dovecot, a_mail(2), date=time.time() - 7_200)
    put(dovecot, a_mail(3))
    await watch.look()
    (claim,) = watch.claims
    assert (claim.where, claim.count) == (f"mail {ADDRESS}", 2)
    assert claim.since is not None
    assert 7_190 < (datetime.now(UTC) - claim.since).total_seconds() < 7_290

    view = case_view(parts)
    watching = Monitor(parts, view)
    try:
        await watching.uncollected.look()
        picture = await watching.take()
    finally:
        await watching.close()
        await view.aclose()
    assert (picture.waiting, picture.longest_waiting_where) == (2, f"mail {ADDRESS}")

    monkeypatch.setenv("CHANNEL_MAIL_IMAP_PASSWORD", "changed by somebody")
    await watch.look()
    assert watch.claims == []
    assert "CHANNEL_MAIL_IMAP_PASSWORD" in watch.notes[0]


def _validity(dovecot: Dovecot) -> int:
    with imaplib.IMAP4("127.0.0.1", dovecot.ports.imap, timeout=5) as session:
        session.login(USER, PASSWORD)
        session.select("INBOX", readonly=True)
        told = session.response("UIDVALIDITY")[1][0]
        assert isinstance(told, bytes)
        return int(told)
