"""One person on several channels, and a picture by reference, on the running house."""

import base64
from typing import Any

import httpx
import pytest

from tests.acceptance.house import House
from tests.acceptance.test_tour import case, complain, eventually
from workers.storage.blobs import BlobStore

pytestmark = pytest.mark.timeout(300)
PICTURE = bytes(range(256)) * 40


def send_sms(house: House, sender: str, body: str, **more: object) -> None:
    twilio = house.facts()["sandbox"]["twilio"]["url"]
    sms = {"from": sender, "body": body, **more}
    answer = httpx.post(f"{twilio}/_sandbox/sms", json=sms, timeout=10).json()
    assert answer["webhook"]["status"] == 200, answer


def answers(house: House, number: str) -> list[str]:
    twilio = house.facts()["sandbox"]["twilio"]["url"]
    found = httpx.get(f"{twilio}/_sandbox/messages", params={"to": number}, timeout=10).json()
    return [one["body"] for one in found]


def test_a_number_named_in_a_form_finds_the_case_by_sms(house: House) -> None:
    number = "+442079460018"
    told = complain(house, description="The boiler leaks.", email="anna@example.net", phone=number)
    eventually(lambda: case(house, told["reference"]))
    send_sms(house, number, f"Any news on {told['reference']}?")
    seen = eventually(lambda: _with(house, told["reference"], "joined"))
    assert [message["channel"] for message in seen["messages"]] == ["webform", "sms"]
    assert any(told["reference"] in body for body in eventually(lambda: answers(house, number)))


def test_a_stranger_who_quotes_it_gets_a_case_of_his_own(house: House) -> None:
    number = "+442079460099"
    told = complain(house, description="The stairs are broken.", email="boris@example.net")
    eventually(lambda: case(house, told["reference"]))
    send_sms(house, number, f"Tell me about {told['reference']}")
    (answer,) = eventually(lambda: answers(house, number))
    assert told["reference"] not in answer
    assert not _with(house, told["reference"], "joined")


def test_the_picture_of_an_mms_reaches_its_case(house: House) -> None:
    picture = {"content_type": "image/png", "data": base64.b64encode(PICTURE).decode()}
    number = "+442079460077"
    send_sms(house, number, "The parcel came like this.", media=[picture])
    (answer,) = eventually(lambda: answers(house, number))
    reference = next(word.strip(".,:") for word in answer.split() if word.count("-") == 2)
    seen = eventually(lambda: _with(house, reference, "attachment"))
    (event,) = [event for event in seen["events"] if event["type"] == "attachment"]
    attachment = event["details"]["attachment"]
    assert (attachment["media_type"], attachment["scan"]) == ("image/png", "unscanned")
    assert BlobStore(house.folder / "blobs").get(attachment["sha256"]) == PICTURE


def test_what_was_sent_on_is_counted_once(house: House) -> None:
    done = house.command("reconcile", "--json")
    assert done.returncode == 0, done.stdout + done.stderr


def _with(house: House, reference: str, kind: str) -> dict[str, Any] | None:
    """The case, once it has an event of this type."""
    seen = case(house, reference)
    return seen if seen and any(event["type"] == kind for event in seen["events"]) else None
