"""The local mail server speaks real IMAP and SMTP, and says that it forgets."""

import imaplib
import signal
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from deploy.local.ports import free_ports

pytestmark = pytest.mark.timeout(180)


@contextmanager
def mailserver(data: Path, imap: int, smtp: int) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    command = [sys.executable, "-m", "deploy.local.mailserver", "--data", str(data)]
    ports = ["--imap-port", str(imap), "--smtp-port", str(smtp)]
    with subprocess.Popen(
        command + ports, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        assert server.stdout is not None
        server.stdout.readline()
        try:
            yield server, server.stdout.readline()
        finally:
            server.terminate()


@pytest.mark.parametrize("recipient", ["complaints@localhost", "complaints+token@localhost"])
def test_a_mail_sent_by_smtp_is_in_the_imap_mailbox(tmp_path: Path, recipient: str) -> None:
    imap, smtp = free_ports(2)
    with mailserver(tmp_path, imap, smtp) as (server, ready):
        assert "kept in memory" in ready
        with smtplib.SMTP("127.0.0.1", smtp) as client:
            client.sendmail("anna@localhost", recipient, "Subject: broken\r\n\r\nIt broke.\r\n")
        with imaplib.IMAP4("127.0.0.1", imap) as mailbox:
            mailbox.login("complaints", "complaints")
            mailbox.select()
            found = mailbox.search(None, "SUBJECT", "broken")[1]
        assert found == [b"1"]
        (java,) = psutil.Process(server.pid).children()
        server.send_signal(signal.SIGKILL)
        server.wait()
        psutil.wait_procs([java], timeout=5)
        assert not java.is_running()


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    imap, smtp = free_ports(2)
    with mailserver(tmp_path, imap, smtp), mailserver(tmp_path, imap, smtp) as (second, sentence):
        assert sentence.startswith(f"mailserver: --imap-port: {imap} is in use")
        assert second.wait(10) == 2


def test_users_must_be_written_as_pairs(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "deploy.local.mailserver", "--data", str(tmp_path), "--users", "anna"]
    done = subprocess.run([*command, "--imap-port", "1", "--smtp-port", "2"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "name:password" in done.stderr
