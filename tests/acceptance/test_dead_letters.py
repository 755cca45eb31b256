"""What could not be read, on the running house: found, looked at, mended, sent in again, and it is one case."""

import asyncio
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import Browser, expect
from twilio.request_validator import RequestValidator

from tests.acceptance.count import until_answered
from tests.acceptance.house import House
from tests.acceptance.test_across_channels import answers
from tests.acceptance.test_tour import case, eventually

pytestmark = pytest.mark.timeout(180)
FROM_CONSOLE = "+442079460311"


def webhook(house: House, fields: dict[str, str]) -> None:
    """As Twilio calls it, signed, whatever the fields say."""
    twilio = house.facts()["sandbox"]["twilio"]
    signature = RequestValidator(twilio["auth_token"]).compute_signature(twilio["webhook"], fields)
    answer = httpx.post(twilio["webhook"], data=fields, headers={"X-Twilio-Signature": signature}, timeout=10)
    assert answer.status_code == 200, answer.text


def broken(house: House, number: str, words: str) -> dict[str, str]:
    """A message that lost its MessageSid on the way: confirmed, and never to be read."""
    to: str = house.facts()["sandbox"]["twilio"]["number"]
    fields = {"From": number, "To": to, "Body": words}
    webhook(house, fields)
    return fields


def waiting(house: House, words: str) -> list[dict[str, Any]]:
    """Dead letters whose original has these words, as the command line lists them."""
    done = house.command("dead-letters", "list", "--channel", "sms", "--json")
    listed: list[dict[str, Any]] = json.loads(done.stdout) if done.returncode == 0 else []
    return [
        one for one in listed if words in house.command("dead-letters", "show", one["key"], "--raw").stdout
    ]


def mend(house: House, key: str, fields: dict[str, str], path: Path) -> None:
    """Let the same message be read with a MessageSid."""
    path.write_text(urlencode(fields | {"MessageSid": "SM" + "7" * 32}))
    done = house.command("dead-letters", "edit", key, "--file", str(path), "--reason", "the SID was lost")
    assert done.returncode == 0, done.stderr


def test_from_the_command_line(house: House, tmp_path: Path) -> None:
    words = "case+number+0311"
    fields = broken(house, "+442079460310", "My case number 0311: the bus never came.")
    (letter,) = eventually(lambda: waiting(house, words))
    assert (letter["cause"], letter["stage"], letter["attempts"]) == ("Unreadable", "normalise", 1)
    assert "MessageSid is missing" in house.command("dead-letters", "show", letter["key"]).stdout

    assert "1 sent in again" in house.command("dead-letters", "replay", letter["key"]).stdout
    (again,) = eventually(lambda: [one for one in waiting(house, words) if one["attempts"] == 2])
    mend(house, again["key"], fields, tmp_path / "mended")
    assert "1 sent in again" in house.command("dead-letters", "replay", again["key"]).stdout
    asyncio.run(until_answered(house, {311}, 60))

    broken(house, fields["From"], fields["Body"])  # the provider delivers it again; it is mended again
    (copy,) = eventually(lambda: waiting(house, words))
    mend(house, copy["key"], fields, tmp_path / "mended")
    assert "1 sent in again" in house.command("dead-letters", "replay", copy["key"]).stdout
    eventually(lambda: not json.loads(house.command("reconcile", "--json").stdout)["in_flight"])
    counted = asyncio.run(until_answered(house, {311}, 60))
    (reference,) = counted.opened[311]
    assert (counted.added[311], len(counted.letters[reference])) == ([], 1)
    assert waiting(house, words) == []
    assert house.command("reconcile", "--json").returncode == 0


def test_on_the_console(house: House, browser: Browser, tmp_path: Path) -> None:
    fields = broken(house, FROM_CONSOLE, "The bridge is closed & nobody says why.")
    (letter,) = eventually(lambda: waiting(house, "bridge"))
    page = browser.new_page(extra_http_headers=house.operator())
    page.goto(f"{house.facts()['http']}/console")
    page.get_by_role("navigation").get_by_role("link", name="Dead letters").click()
    page.get_by_role("link", name=letter["key"]).click()
    expect(page.get_by_role("heading", name="Unreadable")).to_be_visible()
    expect(page.get_by_text("MessageSid is missing")).to_be_visible()
    expect(page.locator("pre")).to_contain_text("The+bridge+is+closed+%26+nobody")

    mend(house, letter["key"], fields, tmp_path / "mended")
    page.get_by_role("button", name="Replay").click()
    expect(page.get_by_text("None. Everything that came in could be read.")).to_be_visible()
    (answer,) = eventually(lambda: answers(house, FROM_CONSOLE))
    reference = next(word.strip(".,:") for word in answer.split() if word.count("-") == 2)
    seen = eventually(lambda: case(house, reference))
    assert [message["channel"] for message in seen["messages"]] == ["sms"]
    assert [event["type"] for event in seen["events"]].count("opened") == 1
    page.context.close()
