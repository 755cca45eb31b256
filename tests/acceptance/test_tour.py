"""What a newcomer tries, on the running house: wrong signatures, odd mail, the timeline, a case system."""

import json
import smtplib
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.acceptance.house import MAILBOX, House

pytestmark = pytest.mark.timeout(300)
ODD_MAIL = (
    b"To: complaints@localhost\r\nContent-Type: text/plain; charset=nonsense-8\r\n\r\n"
    b"my k\xf6ttle is br\xe4ken\xff\r\n"
)
GOOD_MAIL = (
    b"From: boris@example.net\r\nTo: complaints@localhost\r\nMessage-ID: <after@example.net>\r\n\r\n"
    b"my toaster is broken\r\n"
)


def eventually(look: Callable[[], Any], seconds: float = 40) -> Any:
    """What `look` gives once it gives something."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.3)
    return seen


def case(house: House, reference: str) -> dict[str, Any] | None:
    done = house.command("case", reference, "--json")
    return json.loads(done.stdout) if done.returncode == 0 else None


def complain(house: House, **fields: str) -> dict[str, str]:
    answer = httpx.post(f"{house.facts()['http']}/complain", json=fields, timeout=10)
    assert answer.status_code == 201
    told: dict[str, str] = answer.json()
    return told


def deliveries(house: House) -> int:
    """Everything the doors took in so far, as the metrics tell."""
    text = httpx.get(f"{house.facts()['http']}/metrics", headers=house.operator(), timeout=10).text
    rows = [line for line in text.splitlines() if line.startswith("gateway_intake_deliveries_total{")]
    return int(sum(float(row.rpartition(" ")[2]) for row in rows))


def test_a_form_is_answered_at_once_and_its_timeline_can_be_read(house: House) -> None:
    told = complain(house, description="The heating engineer never came.", email="anna@example.net")
    seen = eventually(lambda: _answered(house, told["reference"]))
    assert seen["channel"] == "webform"
    assert seen["queue"]
    assert [letter["channel"] for letter in seen["letters"]] == ["mail"]
    mails = [one for one in house.received_mail() if told["reference"].encode() in one.content]
    assert len({one.content for one in mails}) == 1
    assert b"Auto-Submitted: auto-" in mails[0].content
    page = httpx.get(told["status_url"], timeout=10)
    assert page.status_code == 200
    assert told["reference"] in page.text


def test_a_person_decides_what_a_case_is_about_and_training_learns_it(house: House) -> None:
    told = complain(house, description="It is about the thing with the matter.", email="dora@example.net")
    seen = eventually(lambda: case(house, told["reference"]))
    offered = house.command("decide", told["reference"])
    assert f"  {seen['assessment']['confidence']:.2f}  {seen['assessment']['category']}" in offered.stdout
    assert house.command("decide", told["reference"], "staff_behaviour").returncode == 0

    eventually(lambda: (case(house, told["reference"]) or {})["category"] == "staff_behaviour")
    rows = [json.loads(line) for line in house.command("decisions").stdout.splitlines()]
    assert [row["category"] for row in rows if row["group"] == told["reference"]] == ["staff_behaviour"]
    assert rows[0]["text"]


def _answered(house: House, reference: str) -> dict[str, Any] | None:
    seen = case(house, reference)
    return seen if seen and any(one["state"] == "accepted" for one in seen["letters"]) else None


def test_a_form_without_an_address_is_answered_by_its_page(house: House) -> None:
    told = complain(house, description="The lift in your shop smells of burnt rubber.")
    seen = eventually(lambda: (one := case(house, told["reference"])) and one["letters"] and one)
    assert [letter["state"] for letter in seen["letters"]] == ["shown"]


@pytest.mark.parametrize("signature", ["", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="])
def test_a_wrong_twilio_signature_is_403_and_nothing_is_produced(house: House, signature: str) -> None:
    before = deliveries(house)
    form = {"MessageSid": "SM0", "From": "+14155550199", "To": "+15005550006", "Body": "forged"}
    answer = httpx.post(
        f"{house.facts()['http']}/in/sms", data=form, headers={"X-Twilio-Signature": signature}, timeout=10
    )
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert deliveries(house) == before


def test_a_mail_without_from_date_and_with_a_broken_charset_is_accounted_for(house: House) -> None:
    with smtplib.SMTP("127.0.0.1", house.exchanger.port, timeout=5) as smtp:
        smtp.sendmail("", [f"{MAILBOX}@localhost"], ODD_MAIL)
    pids = house.pids()
    with smtplib.SMTP("127.0.0.1", house.exchanger.port, timeout=5) as smtp:
        smtp.sendmail("boris@example.net", [f"{MAILBOX}@localhost"], GOOD_MAIL)
    eventually(lambda: any(one.recipient == "boris@example.net" for one in house.received_mail()))
    assert house.pids()["work-normalise"] == pids["work-normalise"]
    eventually(lambda: _taken_in(house, "br\xe4ken") or _dead_letters(house))


def _taken_in(house: House, words: str) -> bool:
    """Whether the case view holds a message with these words."""
    with sqlite3.connect(f"file:{house.folder / 'view.sqlite'}?mode=ro", uri=True) as view:
        return bool(view.execute("SELECT 1 FROM messages WHERE body LIKE ?", (f"%{words}%",)).fetchone())


def _dead_letters(house: House) -> bool:
    return "mail" in house.command("dead-letters", "list", "--json").stdout


def test_what_the_house_says_of_itself(house: House) -> None:
    listed = json.loads(house.command("topics", "list", "--json").stdout)
    assert {"queue.complaints", "dead.letters"} <= {topic["name"] for topic in listed}
    assert house.command("topics", "diff").returncode == 0
    unknown = house.command("case", "0000-0000-00000")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert house.command("case", "nonsense").returncode == 2


def test_a_case_system_takes_its_cases_up_once(house: House, tmp_path: Path) -> None:
    told = complain(house, description="Your driver hit my gate and drove away.", email="carla@example.net")
    queue = eventually(lambda: (case(house, told["reference"]) or {}).get("queue"))
    example = [
        sys.executable, "-m", "deploy.examples.case_system", "--kafka", house.facts()["kafka"], "--queue", queue,
        "--ledger", str(tmp_path / "ledger"), "--until-idle", "6",
    ]  # fmt: skip
    first = subprocess.run(example, capture_output=True, text=True, timeout=60, check=True)
    assert told["reference"] in first.stdout
    again = subprocess.run(example, capture_output=True, text=True, timeout=60, check=True)
    assert again.stdout.strip() == "0 new events"
    eventually(lambda: (case(house, told["reference"]) or {}).get("state") == "in_progress")
