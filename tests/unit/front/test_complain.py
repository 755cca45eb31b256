"""The form: what people and programs send, and what must not get through."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from channels.webform.settings import WebformSettings
from gateway.pages import words
from gateway.sealed import seal
from tests.unit.front.conftest import AT, HTML, PUBLIC, SECRET, House, build


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found
    return found[1]


async def send(house: House, fields: Mapping[str, str], files: list[tuple[str, bytes]] | None = None) -> str:
    """As a browser does it; returns the page that it ends on."""
    uploads = [("attachments", (name, content, "text/plain")) for name, content in files or []]
    async with house.client() as client:
        nonce = hidden((await client.get("/complain", headers=HTML)).text, "nonce")
        answer = await client.post(
            "/complain",
            data={"nonce": nonce, **fields},
            files=uploads or [("attachments", ("", b"", "application/octet-stream"))],
            headers=HTML | {"sec-fetch-site": "same-origin"},
            follow_redirects=True,
        )
        return answer.text


@pytest.mark.asyncio
async def test_json_is_answered_with_reference_code_and_address(house: House) -> None:
    async with house.client() as client:
        answer = await client.post("/complain", json={"description": "No heating since Monday"})
        assert answer.status_code == 201
        told = answer.json()
        assert told["status_url"] == (
            f"{PUBLIC}/status?reference={told['reference']}&code={told['status_code']}"
        )
        status = await client.get("/api/v1/status", params={**parse_qs(urlsplit(told["status_url"]).query)})
    assert status.json() == {"reference": told["reference"], "state": "processing"}
    assert answer.headers["cache-control"] == "no-store"
    assert house.intake.taken[0][0] == "webform"


@pytest.mark.asyncio
async def test_same_key_and_body_is_the_same_complaint(house: House) -> None:
    key = {"idempotency-key": "8f2"}
    async with house.client() as client:
        first = await client.post("/complain", json={"description": "a"}, headers=key)
        again = await client.post("/api/v1/complaints", json={"description": "a"}, headers=key)
        other = await client.post("/complain", json={"description": "b"}, headers=key)
        unnamed = await client.post("/complain", json={"description": "a"})
    assert first.json() == again.json()
    assert len({answer.json()["reference"] for answer in (first, other, unnamed)}) == 3


@pytest.mark.asyncio
async def test_programs_hear_every_mistake_at_once(house: House) -> None:
    body = {"description": " ", "email": "anna@", "phone": "12", "problem_date": "2026-02-30"}
    async with house.client() as client:
        answer = await client.post("/complain", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    codes = {error["pointer"]: error["code"] for error in answer.json()["errors"]}
    assert codes == {
        "#/description": "description_missing",
        "#/email": "email_wrong",
        "#/phone": "phone_wrong",
        "#/problem_date": "date_wrong",
    }
    assert not house.intake.taken


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"[1]", "application/json", 400),
        (b"hello", "text/plain", 415),
        (b"x", "multipart/form-data", 400),
        (b"x", "multipart/form-data; boundary=a", 400),
        (b'{"description":"' + b"x" * 1_100_000 + b'"}', "application/json", 413),
        (b'{"description":"' + b"x" * 60_000 + b'"}', "application/json", 422),
        (b"&".join(b"f%d=1" % number for number in range(10_000)), "application/x-www-form-urlencoded", 400),
    ],
)
async def test_what_cannot_be_taken_is_a_problem_and_stored_nowhere(
    house: House, content: bytes, kind: str, status: int
) -> None:
    async with house.client() as client:
        answer = await client.post("/complain", content=content, headers={"content-type": kind})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert not house.intake.taken


@pytest.mark.asyncio
async def test_a_person_is_redirected_to_the_confirmation(house: House) -> None:
    page = await send(house, {"description": "Broken lift", "email": "anna@example.org", "language": "en"})
    assert "We have your complaint" in page
    assert "to your mail address" in page
    (form,) = house.intake.forms()
    assert (form.description, form.email, form.language) == ("Broken lift", "anna@example.org", "en")


@pytest.mark.asyncio
async def test_pressing_send_twice_is_one_complaint(house: House) -> None:
    async with house.client() as client:
        nonce = hidden((await client.get("/complain", headers=HTML)).text, "nonce")
        data = {"nonce": nonce, "description": "Broken lift"}
        answers = [await client.post("/complain", data=data, headers=HTML) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]


@pytest.mark.asyncio
@pytest.mark.parametrize("nonce", ["", "forged", seal(b"other", "nonce", "x", AT)])
async def test_a_page_without_our_nonce_is_shown_again_with_the_text_kept(house: House, nonce: str) -> None:
    async with house.client() as client:
        data = {"nonce": nonce, "description": "Broken lift"}
        answer = await client.post("/complain", data=data, headers=HTML)
        assert answer.status_code == 422
        assert "open for very long" in answer.text
        assert "Broken lift</textarea>" in answer.text
        data["nonce"] = hidden(answer.text, "nonce")
        assert (await client.post("/complain", data=data, headers=HTML)).status_code == 303


@pytest.mark.asyncio
async def test_a_nonce_that_lay_open_for_weeks_has_expired(house: House) -> None:
    old = seal(SECRET, "nonce", "x", AT - timedelta(days=8))
    async with house.client() as client:
        answer = await client.post("/complain", data={"nonce": old, "description": "a"}, headers=HTML)
    assert answer.status_code == 422
    assert not house.intake.taken


@pytest.mark.asyncio
async def test_enclosures_survive_a_mistake_elsewhere(house: House) -> None:
    async with house.client() as client:
        nonce = hidden((await client.get("/complain", headers=HTML)).text, "nonce")
        data = {"nonce": nonce, "description": "Bill", "email": "anna"}
        upload = [("attachments", ("bill.txt", b"12.50", "text/plain"))]
        page = (await client.post("/complain", data=data, files=upload, headers=HTML)).text
        assert "bill.txt" in page
        data = {"nonce": hidden(page, "nonce"), "kept": hidden(page, "kept"), "description": "Bill"}
        assert (await client.post("/complain", data=data, headers=HTML)).status_code == 303
    (form,) = house.intake.forms()
    (enclosed,) = form.attachments
    assert (enclosed.name, enclosed.bytes) == ("bill.txt", 5)
    assert house.front.blobs.get(enclosed.sha256) == b"12.50"


@pytest.mark.asyncio
async def test_forged_enclosures_are_ignored(house: House) -> None:
    forged = seal(
        b"other", "kept", '[{"name":"a","media_type":"a/b","bytes":1,"sha256":"' + "0" * 64 + '"}]', AT
    )
    await send(house, {"description": "Bill", "kept": forged})
    (form,) = house.intake.forms()
    assert form.attachments == []


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("claimed", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\x.exe", "x.exe"),
        ("in\u202evoice.exe", "invoice.exe"),
        ("a" * 4000 + ".pdf", "a" * 196 + ".pdf"),
        ("<script>.html", "<script>.html"),
        ("..", ".."),
        ("/", "unnamed"),
    ],
)
async def test_a_file_name_is_data(house: House, claimed: str, kept: str) -> None:
    await send(house, {"description": "x"}, [(claimed, b"1")])
    (form,) = house.intake.forms()
    assert form.attachments[0].name == kept


@pytest.mark.asyncio
async def test_too_many_or_too_large_files_are_told(tmp_path: Path) -> None:
    house = build(tmp_path, webform=WebformSettings(most_attachments=1, attachment_bytes=10))
    assert "There are too many files" in await send(house, {"description": "x"}, [("a", b"1"), ("b", b"2")])
    assert "A file is too large" in await send(house, {"description": "x"}, [("a", b"1" * 11)])
    assert not house.intake.taken


@pytest.mark.asyncio
async def test_the_trap_is_noted_and_nothing_is_dropped(house: House) -> None:
    page = await send(house, {"description": "Buy now", "website": "http://spam.example"})
    assert "We have your complaint" in page
    assert house.intake.forms()[0].odd == ["the field that people do not see was filled in"]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
async def test_another_site_cannot_send_in_a_visitors_name(house: House, headers: dict[str, str]) -> None:
    async with house.client() as client:
        answer = await client.post("/complain", json={"description": "x"}, headers=headers)
        assert answer.status_code == 403
        page = await client.post("/complain", data={"description": "x"}, headers=headers | HTML)
        assert page.status_code == 403
        assert "did not come from our own page" in page.text
    assert not house.intake.taken


@pytest.mark.asyncio
async def test_markup_in_any_field_is_shown_as_text(house: House) -> None:
    evil = '"><script>alert(1)</script>'
    fields = ("description", "name", "phone", "product", "remedy", "acting_for", "problem_date", "email")
    page = await send(house, dict.fromkeys(fields, evil) | {"language": "en"}, [("<img src=x>", b"1")])
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "Riverside &lt;b&gt;" in page
    assert page.count("&lt;script&gt;") >= len(fields)


@pytest.mark.asyncio
async def test_no_page_carries_script_or_style_of_its_own(house: House) -> None:
    async with house.client() as client:
        for path in ("/complain", "/status", "/how-to-complain", "/console", "/console/case", "/nowhere"):
            answer = await client.get(path, headers=HTML, follow_redirects=True)
            assert not re.search(r"<script(?! src=)|<style|\sstyle=|\son\w+=", answer.text), path
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert "frame-ancestors 'none'" in policy
            assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.asyncio
async def test_only_configured_sites_may_frame_the_form(tmp_path: Path) -> None:
    house = build(tmp_path, webform=WebformSettings(embed_origins=["https://www.example.org"]))
    async with house.client() as client:
        framed = await client.get("/complain?embed=1")
        plain = await client.get("/complain")
        status = await client.get("/status?embed=1")
    assert "frame-ancestors https://www.example.org" in framed.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in plain.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in status.headers["content-security-policy"]


@pytest.mark.asyncio
async def test_nothing_stored_says_503_and_when_to_come_again(house: House) -> None:
    house.intake.away = True
    async with house.client() as client:
        answer = await client.post("/complain", json={"description": "x"})
        ready = await client.get("/readyz")
        alive = await client.get("/healthz")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert ready.status_code == 503
    assert ready.json()["detail"] == "the spool is full"
    assert ready.json()["ready"] is False
    assert alive.status_code == 200


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("accept", "title"),
    [
        ("de-AT,de;q=0.9,en;q=0.5", "Was ist geschehen?"),
        ("fr, es;q=0.8, en;q=0.9", "What happened?"),
        ("es", "¿Qué ocurrió?"),
        ("", "What happened?"),
        ("xx;q=abc,,;", "What happened?"),
    ],
)
async def test_the_page_speaks_the_readers_language(house: House, accept: str, title: str) -> None:
    async with house.client() as client:
        page = await client.get("/complain", headers={"accept-language": accept})
    assert title in page.text


def test_every_language_has_every_word_with_the_same_placeholders() -> None:
    english = words.catalogue("en")
    for language in words.languages():
        other = words.catalogue(language)
        assert other.keys() == english.keys()
        for key in sorted(english.keys()):
            assert re.findall(r"\{\w+\}", other(key)) == re.findall(r"\{\w+\}", english(key)), (language, key)


@pytest.mark.asyncio
async def test_a_confirmation_that_we_did_not_write_shows_nothing(house: House) -> None:
    async with house.client() as client:
        answer = await client.get("/complain/received?reference=0000-0000-00000&code=AAAAAAAA&via=mail")
    assert (answer.status_code, answer.headers["location"]) == (303, "/status")
