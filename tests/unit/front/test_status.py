"""The status page tells the holder of reference and code how it stands, and nobody else anything."""

from pathlib import Path

import pytest

from channels.webform.settings import WebformSettings
from gateway.addresses import Proxies
from schemas import identity
from schemas.form import FLOOD, MANY_FROM_ONE_NETWORK
from tests.unit.front.conftest import HTML, SECRET, House, build

REFERENCE = identity.reference(SECRET, "some identity")
CODE = identity.status_code(SECRET, REFERENCE)


@pytest.mark.asyncio
@pytest.mark.parametrize("accept", [HTML, {}])
async def test_unknown_wrong_and_impossible_get_the_same_answer(house: House, accept: dict[str, str]) -> None:
    house.cases.known[REFERENCE] = {"reference": REFERENCE, "state": "open"}
    unknown = identity.reference(SECRET, "never used")
    asked = [(REFERENCE, "AAAAAAAA"), (unknown, CODE), ("no reference", CODE), (REFERENCE, "")]
    async with house.client() as client:
        answers = [
            await client.get("/status", params={"reference": ref, "code": code}, headers=accept)
            for ref, code in asked
        ]
    assert {answer.status_code for answer in answers} == {404}
    if not accept:
        assert len({answer.content for answer in answers}) == 1
    for answer in answers:
        assert "received" not in answer.text.lower().replace("received at", "")


@pytest.mark.asyncio
async def test_a_valid_pair_not_yet_in_the_view_is_being_processed(house: House) -> None:
    async with house.client() as client:
        page = await client.get("/status", params={"reference": REFERENCE, "code": CODE}, headers=HTML)
    assert page.status_code == 200
    assert "Received, being processed" in page.text


@pytest.mark.asyncio
async def test_typing_habits_are_forgiven(house: House) -> None:
    typed = {"reference": REFERENCE.lower().replace("-", " ").replace("0", "o"), "code": CODE.lower()}
    async with house.client() as client:
        assert (await client.get("/status", params=typed)).status_code == 200


@pytest.mark.asyncio
async def test_the_complainant_hears_neither_queue_nor_priority_nor_suspicion(house: House) -> None:
    house.cases.known[REFERENCE] = {
        "reference": REFERENCE,
        "state": "quarantined",
        "queue": "fraud",
        "priority": "urgent",
        "events": [{"type": "received", "at": "2026-03-01T12:00:00Z"}],
        "messages": [{}, {}],
    }
    async with house.client() as client:
        asked = {"reference": REFERENCE, "code": CODE}
        body = (await client.get("/api/v1/status", params=asked)).json()
        page = await client.get("/status", params=asked, headers=HTML)
    assert body == {
        "reference": REFERENCE,
        "state": "received",
        "received_at": "2026-03-01T12:00:00Z",
        "messages": 2,
    }
    assert "fraud" not in page.text
    assert "urgent" not in page.text


@pytest.mark.asyncio
async def test_guessing_gets_slow_for_the_guesser_only(house: House) -> None:
    async with house.client("203.0.113.9") as guesser, house.client("198.51.100.7") as other:
        right = {"reference": REFERENCE, "code": CODE}
        answers = [await guesser.get("/status", params=right | {"code": "AAAAAAAA"}) for _ in range(30)]
        assert answers[0].status_code == 404
        assert answers[-1].status_code == 429
        assert (await guesser.get("/status", params=right)).status_code == 429
        assert (await other.get("/status", params=right)).status_code == 200


@pytest.mark.asyncio
async def test_script_in_the_look_up_is_shown_as_text(house: House) -> None:
    async with house.client() as client:
        asked = {"reference": '"><script>alert(1)</script>', "code": "<script>"}
        page = await client.get("/status", params=asked, headers=HTML)
    assert "<script>" not in page.text


PLACES = {
    "/status": 404,
    "/api/v1/status": 404,
    "/complain/received": 303,
}


@pytest.mark.asyncio
@pytest.mark.parametrize("place", sorted(PLACES))
async def test_no_page_tells_wrong_from_right_without_end(house: House, place: str) -> None:
    async with house.client("203.0.113.9") as guesser:
        wrong = {"reference": REFERENCE, "code": "AAAAAAAA"}
        codes = [(await guesser.get(place, params=wrong, headers=HTML)).status_code for _ in range(25)]
        right = {"reference": REFERENCE, "code": CODE}
        after = [(await guesser.get(each, params=right, headers=HTML)).status_code for each in PLACES]
    assert (codes[0], codes[-1]) == (PLACES[place], 429)
    assert after == [429] * 3


@pytest.mark.asyncio
async def test_a_network_behind_a_proxy_that_writes_ports_is_one_guesser(tmp_path: Path) -> None:
    house = build(tmp_path, trusted_proxies=Proxies.of(["10.0.0.0/8"]))
    async with house.client("10.0.0.7") as proxy:
        wrong = {"reference": REFERENCE, "code": "AAAAAAAA"}
        codes = []
        for port in range(1000, 1030):
            told = {"x-forwarded-for": f"192.0.2.1:{port}"}
            codes.append((await proxy.get("/status", params=wrong, headers=told)).status_code)
        other = {"x-forwarded-for": "192.0.2.2:1000"}
        honest = await proxy.get("/status", params={"reference": REFERENCE, "code": CODE}, headers=other)
    assert (codes[-1], honest.status_code) == (429, 200)


@pytest.mark.asyncio
async def test_many_addresses_named_from_one_network_are_taken_in_and_their_letters_wait(
    tmp_path: Path,
) -> None:
    house = build(tmp_path, webform=WebformSettings(letters_per_network_hour=5))
    async with house.client("203.0.113.9") as one, house.client("203.0.113.10") as other:
        for number in range(9):
            fields = {"description": f"x {number}", "phone": f"+8821612345{number:03d}"}
            assert (await one.post("/complain", json=fields)).status_code == 201
        await one.post("/complain", json={"description": "nobody is named"})
        await other.post("/complain", json={"description": "x", "email": "anna@example.org"})
    held = [MANY_FROM_ONE_NETWORK in form.odd for form in house.intake.forms()]
    assert held == [False] * 5 + [True] * 4 + [False] * 2


@pytest.mark.asyncio
async def test_many_forms_of_one_network_are_taken_in_and_nobody_else_waits_for_them(tmp_path: Path) -> None:
    house = build(tmp_path, webform=WebformSettings(forms_per_network_minute=5))
    async with house.client("203.0.113.9") as one, house.client("203.0.113.10") as other:
        for number in range(9):
            assert (await one.post("/complain", json={"description": f"x {number}"})).status_code == 201
        await other.post("/complain", json={"description": "x"})
    assert [FLOOD in form.odd for form in house.intake.forms()] == [False] * 5 + [True] * 4 + [False]
