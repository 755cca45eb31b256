"""Mail for the house: a real Dovecot with our mailbox and the customers', and a real SMTP server before it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local.dovecot import Dovecot
from deploy.local.exchanger import MailExchanger
from gateway.ports import LOOPBACK
from gateway.stand_ins import CUSTOMERS, OURS

PASSWORD = "secret-of-the-test"


@dataclass(frozen=True)
class Post:
    """`settings` for the gateway, `facts` for the customers."""

    settings: dict[str, str]
    facts: dict[str, Any]
    sandbox: dict[str, Any]


@contextmanager
def post_office(folder: Path) -> Iterator[Post]:
    """Both servers, until the block ends."""
    users = dict.fromkeys((OURS, *CUSTOMERS), PASSWORD)
    with Dovecot(users) as dovecot, MailExchanger(dovecot, folder / "sent-away.jsonl") as exchanger:
        settings = {
            "CHANNEL_MAIL_IMAP_HOST": LOOPBACK,
            "CHANNEL_MAIL_IMAP_PORT": str(dovecot.ports.imap),
            "CHANNEL_MAIL_IMAP_TLS": "none",
            "CHANNEL_MAIL_IMAP_USER": OURS,
            "CHANNEL_MAIL_IMAP_PASSWORD": PASSWORD,
            "CHANNEL_MAIL_SMTP_HOST": LOOPBACK,
            "CHANNEL_MAIL_SMTP_PORT": str(exchanger.port),
            "CHANNEL_MAIL_SMTP_TLS": "none",
            "CHANNEL_MAIL_FROM_ADDRESS": f"{OURS}@localhost",
        }
        facts = {"imap": f"{LOOPBACK}:{dovecot.ports.imap}", "smtp": f"{LOOPBACK}:{exchanger.port}"}
        accounts = [{"user": name, "password": word} for name, word in users.items()]
        yield Post(settings, facts, {"mail": {"mailbox": f"{OURS}@localhost", "accounts": accounts}})
