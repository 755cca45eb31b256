"""Every mail of the shared corpora through a real IMAP server, twice: all accounted for, no second identity."""

import asyncio
import imaplib
import time
import uuid
from collections import Counter
from pathlib import Path

import pytest

from channels.mail import CHANNEL
from deploy.local.dovecot import Dovecot
from deploy.local.kafka import LocalKafka
from schemas.errors import Unreadable
from schemas.identity import message_identity
from tests.integration.collect.house import Collecting, Delivered, delivered, make_topics
from tests.integration.collect.test_collect import until_accepted
from tests.integration.mail_wire.mailboxes import PASSWORD, USER, source_for
from workers.storage.blobs import BlobStore
from workers.storage.kafka import Cluster

MAILS = Path(__file__).parents[4] / "shared" / "corpora" / "email" / "files"
pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.timeout(180),
    pytest.mark.skipif(not MAILS.is_dir(), reason="the shared corpora are not here"),
]


def put_all(dovecot: Dovecot, mails: list[bytes]) -> int:
    """Append them over one connection; how many the server took (it refuses NUL bytes)."""
    taken = 0
    with imaplib.IMAP4("127.0.0.1", dovecot.ports.imap, timeout=20) as other:
        other.login(USER, PASSWORD)
        for mail in mails:
            taken += other.append("INBOX", "", imaplib.Time2Internaldate(time.time()), mail)[0] == "OK"
    return taken


def identity(one: Delivered, blobs: BlobStore) -> str:
    """As normalise names it."""
    raw = blobs.get(one.delivery.blob.sha256) if one.delivery.blob else one.raw
    try:
        [reading] = CHANNEL.read(raw, one.delivery.facts)
    except Unreadable as error:
        return error.cause
    return message_identity("mail", CHANNEL.identity_parts(raw, reading.message, one.delivery.facts))


async def test_every_mail_is_delivered_and_has_the_same_identity_the_second_time(
    kafka: LocalKafka, mailbox: Dovecot, tmp_path: Path
) -> None:
    cluster, blobs = Cluster(kafka.bootstrap, topic_prefix=f"t{uuid.uuid4().hex[:8]}."), BlobStore(tmp_path)
    await make_topics(cluster)
    mails = [path.read_bytes() for path in sorted(MAILS.rglob("*")) if path.is_file()]
    async with Collecting(cluster, source_for(mailbox, backfill=True), blobs):
        taken = await asyncio.to_thread(put_all, mailbox, mails)
        taken += await asyncio.to_thread(put_all, mailbox, mails)
        await until_accepted(mailbox, taken, seconds=90)
    got = await delivered(cluster)
    assert len(got) == taken >= 2 * len(mails) - 20
    copies = Counter(identity(one, blobs) for one in got)
    assert all(count % 2 == 0 for count in copies.values())
    assert len(copies) >= len({mail.replace(b"\r\n", b"\n") for mail in mails}) - 10
