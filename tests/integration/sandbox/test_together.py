"""Stand-ins share a process without sharing anything else; what is wrong on the command line is told."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from deploy.local.ports import free_ports
from deploy.sandbox.registry import NAMES
from tests.integration.sandbox.processes import StandIns

pytestmark = pytest.mark.timeout(120)


def test_each_has_its_port_and_its_folder(tmp_path: Path) -> None:
    with StandIns(NAMES, tmp_path, "--webhook-url", "http://127.0.0.1:9/in") as running:
        said = {"from": "+491701234567", "body": "The lift is broken"}
        httpx.post(f"{running.urls['twilio']}/_sandbox/sms", json=said)
        httpx.post(f"{running.urls['x']}/_sandbox/say", json={"from": "7", "text": "@we hello"})
        running.kill9()
        running.start()
        told = httpx.get(f"{running.urls['twilio']}/_sandbox/messages").json()
        assert [one["body"] for one in told] == ["The lift is broken"]
        told = httpx.get(f"{running.urls['x']}/_sandbox/messages").json()
        assert [one["text"] for one in told] == ["@we hello"]
        assert httpx.get(f"{running.urls['meta']}/_sandbox/messages").json() == []
        assert "Write as a customer" in httpx.get(running.urls["playground"]).text
        assert httpx.get(f"{running.urls['playground']}/api/world").status_code == 503  # no gateway beside it


def test_a_word_nobody_knows_and_a_taken_port_are_told(tmp_path: Path) -> None:
    assert "write NAME=PORT" in _refused("teletext=8101", tmp_path)
    assert "write NAME=PORT" in _refused("twilio", tmp_path)
    (port,) = free_ports(1)
    with StandIns(("x",), tmp_path) as running:
        taken = running.urls["x"].rpartition(":")[2]
        assert f"port {taken} cannot be used" in _refused(f"twilio={port}", tmp_path, f"x={taken}")


def test_accounts_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    told = _refused("mastodon=8101", tmp_path, SANDBOX_MASTODON_ACCOUNTS="anna")
    assert "SANDBOX_MASTODON_ACCOUNTS" in told


def _refused(word: str, folder: Path, *more: str, **environment: str) -> str:
    command = [sys.executable, "-m", "deploy.sandbox", word, *more, "--data", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
    assert done.returncode == 2
    return done.stderr
