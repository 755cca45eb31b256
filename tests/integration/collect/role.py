"""A process that collects one mailbox, to be killed: `python -m tests.integration.collect.role ARGUMENTS`."""

import argparse
import asyncio
import signal
from pathlib import Path

from pydantic import SecretStr

from channels.mail import CHANNEL
from channels.mail.adapter import MailSource
from channels.mail.settings import MailSettings
from gateway.collect import collect
from gateway.collector import CollectOptions
from tests.integration.mail_wire.mailboxes import ADDRESS, PASSWORD, USER
from workers.storage.blobs import BlobStore
from workers.storage.kafka import Cluster


async def main() -> None:
    """Until SIGTERM."""
    parser = argparse.ArgumentParser()
    for option in ("--bootstrap", "--prefix", "--instance"):
        parser.add_argument(option, required=True)
    parser.add_argument("--imap-port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    given = parser.parse_args()
    settings = MailSettings(
        imap_host="127.0.0.1",
        imap_port=given.imap_port,
        imap_tls="none",
        imap_user=USER,
        imap_password=SecretStr(PASSWORD),
        address=ADDRESS,
        read_seconds=5,
    )
    source = MailSource(settings, settings.every_mailbox()[0])
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    cluster = Cluster(given.bootstrap, topic_prefix=given.prefix)
    options = CollectOptions(given.instance, session_seconds=6, retry_seconds=(0.2, 1))
    await collect(cluster, [(CHANNEL, source)], BlobStore(given.folder), options, stop)


if __name__ == "__main__":
    asyncio.run(main())
