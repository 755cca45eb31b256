"""The clerks' desk: what staff take down is the same form, with who took it and since when the clock runs."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from channels.clerk import LETTER
from schemas import identity
from tests.unit.front.conftest import AT, HTML, PUBLIC, SECRET, House, build

ENTRY = {
    "channel": "letter",
    "taken_by": "M. Kern",
    "description": "No water",
    "received_at": "2026-02-27T09:30",
}


async def enter(house: House, entry: dict[str, str]) -> tuple[int, str]:
    async with house.client(operator=True) as client:
        page = (await client.get("/console/enter", headers=HTML)).text
        nonce = re.search(r'name="nonce" value="([^"]+)"', page)
        assert nonce
        data = {"nonce": nonce[1], **entry}
        answer = await client.post("/console/enter", data=data, headers=HTML, follow_redirects=True)
        return answer.status_code, answer.text


@pytest.mark.asyncio
async def test_an_entry_goes_to_its_channel_and_its_clock_started_at_receipt(house: House) -> None:
    status, page = await enter(house, ENTRY)
    assert status == 200
    ((channel, inbound),) = house.intake.taken
    assert (channel, inbound.received_at) == ("letter", datetime(2026, 2, 27, 9, 30, tzinfo=UTC))
    (reading,) = LETTER.read(inbound.raw, inbound.facts)
    assert reading.message.channel == "letter"
    assert reading.message.form is not None
    assert reading.message.form.taken_by == "M. Kern"
    parts = LETTER.identity_parts(inbound.raw, reading.message, inbound.facts)
    assert identity.reference(SECRET, identity.message_identity("letter", parts)) in page
    assert "print this page" in page


@pytest.mark.asyncio
async def test_without_a_time_it_was_received_now_and_an_address_gets_the_letter(house: House) -> None:
    status, page = await enter(house, ENTRY | {"received_at": "", "phone": "+44 20 7946 0018"})
    assert status == 200
    assert house.intake.taken[0][1].received_at == AT
    assert "goes to the address" in page


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "wrong",
    [
        {"channel": "mail"},
        {"channel": ""},
        {"taken_by": " "},
        {"received_at": "2026-03-02T12:00"},
        {"received_at": "yesterday"},
        {"description": ""},
    ],
)
async def test_what_is_missing_or_wrong_is_asked_for_again(house: House, wrong: dict[str, str]) -> None:
    status, page = await enter(house, ENTRY | wrong)
    assert status == 422
    assert "Please check the following" in page
    assert not house.intake.taken


@pytest.mark.asyncio
async def test_the_desk_is_for_operators_only(tmp_path: Path) -> None:
    house = build(tmp_path, operator_token="secret")
    async with house.client(operator=True) as client:
        assert (await client.post("/console/enter", data=ENTRY)).status_code == 401
    assert not house.intake.taken


@pytest.mark.asyncio
async def test_a_desk_that_is_switched_off_is_not_there(tmp_path: Path) -> None:
    house = build(tmp_path, clerks=False)
    async with house.client(operator=True) as client:
        assert (await client.get("/console/enter", headers=HTML)).status_code == 404
        assert (await client.post("/console/enter", data=ENTRY, headers=HTML)).status_code == 404
        assert "/console/enter" not in (await client.get("/console", headers=HTML)).text


@pytest.mark.asyncio
async def test_the_api_describes_itself_with_the_model_that_validates(house: House) -> None:
    async with house.client(operator=True) as client:
        document = (await client.get("/api/v1/openapi.json")).json()
    complain = document["paths"]["/api/v1/complaints"]["post"]
    schema = complain["requestBody"]["content"]["application/json"]["schema"]
    assert schema["required"] == ["description"]
    assert "additionalProperties" not in schema, "what the form does not ask for is noted, not refused"
    assert document["servers"] == [{"url": PUBLIC}]
