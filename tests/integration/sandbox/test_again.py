"""A provider that did not hear the answer delivers again: the same webhook, with the same id, rightly signed."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.sandbox.processes import Receiver, StandIn

pytestmark = pytest.mark.timeout(180)
SAID: dict[str, tuple[str, str, dict[str, str]]] = {
    "twilio": ("sms", "sid", {"from": "+491701234567", "body": "The lift is broken."}),
    "meta": ("messenger/messages", "id", {"from": "246000", "text": "The lift is broken."}),
    "x": ("say", "id", {"from": "90001", "text": "@we the lift is broken."}),
}
"""By stand-in: where a person writes, how his message is named in the answer, and what he writes."""


def write(running: StandIn, name: str, path: str = "") -> httpx.Response:
    at, _, said = SAID[name]
    return httpx.post(f"{running.url}/_sandbox/{path or at}", json=said, timeout=10)


@pytest.mark.parametrize("name", SAID)
def test_the_same_webhook_comes_again(tmp_path: Path, name: str) -> None:
    at, key, _ = SAID[name]
    with Receiver() as webhook, StandIn(name, tmp_path, "--webhook-url", f"{webhook.url}/in") as running:
        told: dict[str, Any] = write(running, name).json()
        again = write(running, name, f"{at}/{told[key]}/again")
        assert (again.status_code, again.json()[key]) == (201 if name == "twilio" else 200, told[key])
        first, second = (re.sub(rb'"time": \d+', b"", one.raw) for one in webhook.received)
        assert first == second
        assert len({one.path for one in webhook.received}) == 1
        assert write(running, name, f"{at}/nobody/again").status_code == 404


@pytest.mark.parametrize("name", SAID)
def test_a_webhook_that_is_away_is_said(tmp_path: Path, name: str) -> None:
    with StandIn(name, tmp_path, "--webhook-url", "http://127.0.0.1:9/in") as running:
        answer = write(running, name)
        assert (answer.status_code, answer.json()["webhook"]) == (502, {"error": "ConnectError"})
