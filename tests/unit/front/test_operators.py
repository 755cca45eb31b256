"""Operator pages: this machine alone until a token is set, then whoever holds it."""

from datetime import timedelta
from pathlib import Path

import pytest

from gateway.operator import COOKIE, check_token, session_cookie, sign_in_key
from gateway.sessions import Sessions
from schemas.deadletter import DeadLetter
from schemas.errors import Misconfigured
from tests.unit.front.conftest import AT, HTML, OPERATOR, SECRET, TOKEN, House, build

PATHS = ("/console", "/console/", "/console/operations", "/console/case", "/console/dead-letters", "/metrics")
CLOSED = (403, 401, 303)


def letter(key: str) -> DeadLetter:
    return DeadLetter(
        key=key, stage="normalise", cause="Unreadable", detail="<b>no</b>", topic="intake.deliveries",
        partition=0, offset=7, original="PHNjcmlwdD4=", first_seen=AT, last_seen=AT,
    )  # fmt: skip


@pytest.mark.asyncio
async def test_whoever_holds_the_token_sees_the_pages(house: House) -> None:
    async with house.client(operator=True) as client:
        for path in PATHS:
            assert (await client.get(path)).status_code == 200, path
        page = (await client.get("/console", headers=HTML)).text
        measured = (await client.get("/metrics")).text
    assert "gateway_intake_spooled_deliveries 3.0" in measured
    assert "gateway_intake_spool_bytes 700.0" in measured
    assert "Longest-waiting complainant" in page
    assert "61.5 s" in page


@pytest.mark.asyncio
@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "203.0.113.9", "not an address"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"host": "localhost:8080"},
        {"host": "evil.example:8080"},
        {"x-forwarded-for": "127.0.0.1"},
        {"x-real-ip": "203.0.113.9"},
        {"x-forwarded-host": "complaints.example.org"},
        {"cf-connecting-ip": "203.0.113.9"},
        {"forwarded": "for=127.0.0.1"},
        {"authorization": "Bearer"},
        {"authorization": "Bearer "},
    ],
)
async def test_without_a_token_nobody_does_for_a_proxy_passes_everybody_on(
    tmp_path: Path, peer: str, headers: dict[str, str]
) -> None:
    house = build(tmp_path, operator_token="")
    async with house.client(peer) as client:
        for path in PATHS:
            answer = await client.get(path, headers=headers)
            assert (answer.status_code, "GATEWAY_OPERATOR_TOKEN" in answer.text) == (403, True), path
        assert (await client.post("/console/login", data={"token": ""}, headers=headers)).status_code == 403


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "options", [{"host": "0.0.0.0"}, {"public_url": "https://complaints.example.org"}]
)  # fmt: skip
async def test_within_others_reach_only_the_public_paths_answer_without_a_token(
    tmp_path: Path, options: dict[str, str]
) -> None:
    house = build(tmp_path, operator_token="", **options)
    async with house.client() as client:
        for path in (*PATHS, "/api/v1/status", "/console/login"):
            assert (await client.get(path)).status_code == 403, path
        for path in ("/complain", "/how-to-complain", "/status", "/healthz", "/readyz", "/static/pages.css"):
            answer = await client.get(path, headers=HTML)
            assert answer.status_code == 200, path
        assert (await client.post("/in/sms", content=b"x")).json()["detail"] != ""


@pytest.mark.asyncio
async def test_with_a_token_everybody_needs_it(tmp_path: Path) -> None:
    house = build(tmp_path, operator_token=TOKEN)
    async with house.client() as client:
        for path in PATHS:
            assert (await client.get(path)).status_code in CLOSED, path
            for wrong in (f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer", f"Bearer  {TOKEN[:-1]}"):
                answer = await client.get(path, headers={"authorization": wrong})
                assert answer.status_code in CLOSED, path
            right = await client.get(path, headers={"authorization": f"Bearer {TOKEN}"})
            assert right.status_code == 200, path


@pytest.mark.asyncio
async def test_a_browser_signs_in_and_out(tmp_path: Path) -> None:
    house = build(tmp_path, operator_token=TOKEN)
    async with house.client() as client:
        first = await client.get("/console", headers=HTML)
        assert (first.status_code, first.headers["location"]) == (303, "/console/login")
        assert "Operator token" in (await client.get("/console/login", headers=HTML)).text
        wrong = await client.post("/console/login", data={"token": "guess"}, headers=HTML)
        assert wrong.status_code == 403
        opened = await client.post("/console/login", data={"token": TOKEN}, headers=HTML)
        cookie = opened.headers["set-cookie"]
        assert all(word in cookie for word in ("HttpOnly", "SameSite=strict", "Path=/console"))
        assert (await client.get("/console", headers=HTML)).status_code == 200
        kept = {"cookie": f"{COOKIE}={client.cookies[COOKIE]}"}
        await client.post("/console/logout", headers=HTML)
        assert (await client.get("/console", headers=HTML)).status_code == 303
    async with house.client() as thief:
        assert (await thief.get("/console/operations", headers=kept)).status_code == 401


@pytest.mark.asyncio
async def test_sessions_end_by_time_and_with_their_token(tmp_path: Path) -> None:
    house = build(tmp_path, operator_token=TOKEN)
    other = build(tmp_path, operator_token="another")
    fresh = str(session_cookie(house.front.options, AT)["value"])
    old = str(session_cookie(house.front.options, AT - timedelta(hours=13))["value"])
    for place, value, status in ((house, fresh, 200), (house, old, 401), (other, fresh, 401)):
        async with place.client() as client:
            answer = await client.get("/console/operations", headers={"cookie": f"{COOKIE}={value}"})
            assert answer.status_code == status


def test_a_session_that_was_signed_out_of_stays_dead_over_a_restart(tmp_path: Path) -> None:
    Sessions(tmp_path / "signed-out").end("one", AT + timedelta(hours=12))
    again = Sessions(tmp_path / "signed-out")
    assert again.ended("one", AT)
    assert not again.ended("another", AT)
    assert (tmp_path / "signed-out").stat().st_mode & 0o077 == 0


@pytest.mark.asyncio
async def test_a_printed_link_signs_in_once(house: House) -> None:
    key = sign_in_key(SECRET, TOKEN, AT)
    wrong = [
        sign_in_key(SECRET, "another-token-of-tests", AT),
        sign_in_key(b"other", TOKEN, AT),
        "x",
        key[:-1],
    ]
    wrong.append(sign_in_key(SECRET, TOKEN, AT - timedelta(hours=13)))
    async with house.client() as client:
        for one in wrong:
            assert (await client.get("/console/login", params={"key": one})).status_code == 403
        opened = await client.get("/console/login", params={"key": key})
        assert (opened.status_code, opened.headers["location"]) == (303, "/console")
        assert (await client.get("/console", headers=HTML)).status_code == 200
    async with house.client() as second:
        assert (await second.get("/console/login", params={"key": key})).status_code == 403


@pytest.mark.asyncio
@pytest.mark.parametrize("path", ["/console/operations", "/metrics"])
async def test_wrong_tokens_are_slowed_down_everywhere_and_sessions_go_on(house: House, path: str) -> None:
    session = {"cookie": f"{COOKIE}={session_cookie(house.front.options, AT)['value']}"}
    async with house.client("203.0.113.9") as guesser, house.client("203.0.113.10") as other:
        codes = [
            (await guesser.get(path, headers={"authorization": f"Bearer guess{number}"})).status_code
            for number in range(30)
        ]
        assert (codes[0], codes[-1]) == (401, 429)
        assert (await guesser.get(path, headers=OPERATOR)).status_code == 429
        assert (await guesser.get(path, headers=session)).status_code == 200
        assert (await other.get(path, headers=OPERATOR)).status_code == 200


@pytest.mark.parametrize("token", ["a", "0123456789abcde", "aaaaaaaaaaaaaaaaaaaaaaaa", " "])
def test_a_token_that_can_be_guessed_stops_the_start(token: str) -> None:
    with pytest.raises(Misconfigured, match=r"GATEWAY_OPERATOR_TOKEN.*at least 16 characters"):
        check_token(token)
    check_token("")
    check_token(TOKEN)


@pytest.mark.asyncio
async def test_who_signs_in_and_who_fails_is_logged_by_name(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    house = build(tmp_path, operator_name="anna")
    caplog.set_level("INFO")
    async with house.client("203.0.113.9") as client:
        await client.post("/console/login", data={"token": "guess"})
        await client.post("/console/login", data={"token": TOKEN})
        await client.post("/console/dead-letters/a/replay", headers=OPERATOR)
        await client.post("/console/logout")
    said = "\n".join(caplog.messages)
    assert "a wrong token at the login from 203.0.113.9" in said
    assert "anna signed in from 203.0.113.9" in said
    assert "signed out: anna (session" in said
    assert house.letters.by[0].startswith("anna (session")
    assert TOKEN not in said
    assert "guess" not in said


@pytest.mark.asyncio
async def test_guessing_the_token_is_slowed_down(tmp_path: Path) -> None:
    house = build(tmp_path, operator_token=TOKEN)
    async with house.client() as client:
        codes = [
            (await client.post("/console/login", data={"token": str(number)})).status_code
            for number in range(15)
        ]
    assert codes[0] == 403
    assert codes[-1] == 429


@pytest.mark.asyncio
async def test_dead_letters_are_listed_shown_and_replayed(house: House) -> None:
    house.letters.letters.append(letter("local_serve-19a-7"))
    async with house.client(operator=True) as client:
        assert "local_serve-19a-7" in (await client.get("/console/dead-letters", headers=HTML)).text
        shown = (await client.get("/console/dead-letters/local_serve-19a-7", headers=HTML)).text
        assert "&lt;script&gt;" in shown
        assert "<b>no</b>" not in shown
        forged = await client.post(
            "/console/dead-letters/local_serve-19a-7/replay", headers={"sec-fetch-site": "cross-site"}
        )
        assert forged.status_code == 403
        assert house.letters.replayed == []
        assert (await client.post("/console/dead-letters/local_serve-19a-7/replay")).status_code == 303
        assert (await client.get("/console/dead-letters/unknown")).status_code == 404
    assert house.letters.replayed == ["local_serve-19a-7"]


@pytest.mark.asyncio
async def test_keys_with_slashes_are_found(house: House) -> None:
    house.letters.letters.append(letter("outcomes/2/15"))
    async with house.client(operator=True) as client:
        assert (await client.get("/console/dead-letters/outcomes/2/15", headers=HTML)).status_code == 200
        assert (await client.post("/console/dead-letters/outcomes/2/15/replay")).status_code == 303
    assert house.letters.replayed == ["outcomes/2/15"]


@pytest.mark.asyncio
async def test_one_case_is_shown(house: House) -> None:
    reference = "0000-0000-00000"
    house.cases.known[reference] = {
        "reference": reference, "state": "open", "channel": "mail", "queue": "billing", "category": "",
        "priority": "high", "events": [{"type": "received", "at": "2026-03-01T12:00:00Z"}],
        "messages": [{"channel": "mail", "received_at": "x", "text": "<script>alert(1)</script>"}],
        "letters": [{"kind": "acknowledgement", "channel": "mail", "state": "accepted"}],
        "links": [{"reference": "1111", "why": "same person"}],
    }  # fmt: skip
    async with house.client(operator=True) as client:
        page = await client.get("/console/case", params={"reference": reference}, headers=HTML)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert (await client.get(f"/console/cases/{reference}")).json()["queue"] == "billing"
        assert (await client.get("/console/cases/nothing")).status_code == 404
        newest = (await client.get("/console/cases?limit=5")).json()["cases"]
        assert [case["reference"] for case in newest] == [reference]
        assert f"reference={reference}" in (await client.get("/console/case", headers=HTML)).text
