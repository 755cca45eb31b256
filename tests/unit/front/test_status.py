"""The status page tells the holder of reference and code how it stands, and nobody else anything."""

import pytest

from schemas import identity
from tests.unit.front.conftest import HTML, SECRET, House

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
