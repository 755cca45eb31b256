"""Uploads: what was refused is not stored, what waits for another attempt is bounded, text needs no room for files."""

import re
from pathlib import Path

import pytest
from starlette.datastructures import Headers, UploadFile

from channels.webform.settings import WebformSettings
from gateway.enclosures import Enclosures
from gateway.pages.submission import Submission
from tests.unit.front.conftest import HTML, House, build
from workers.storage.blobs import BlobStore

SHELF = "shelf"
PARTS = {"content-type": "multipart/form-data; boundary=b"}
EMPTY_FILE = (
    b'--b\r\nContent-Disposition: form-data; name="description"\r\n\r\nBill\r\n'
    b'--b\r\nContent-Disposition: form-data; name="attachments"; filename=""\r\n\r\n\r\n--b--\r\n'
)
"""What a browser sends when no file was chosen."""


def stored(house: House) -> list[Path]:
    """What lies in the blob store, the shelf aside."""
    folder = house.front.blobs.folder
    return [
        path for path in folder.rglob("*") if path.is_file() and path.relative_to(folder).parts[0] != SHELF
    ]


def shelved(house: House) -> int:
    return sum(
        path.stat().st_size for path in (house.front.blobs.folder / SHELF).rglob("*") if path.is_file()
    )


BAD_FIELDS = [
    {"description": ""},
    {"description": "x", "email": "anna"},
    {"description": "x", "phone": "12"},
    {"description": "x", "problem_date": "2026-02-30"},
    {"description": "x", "product": "y" * 300},
]


@pytest.mark.asyncio
@pytest.mark.parametrize("headers", [HTML, {}], ids=["page", "program"])
@pytest.mark.parametrize("fields", [*BAD_FIELDS, {"description": "x", "remedy": "y" * 3000}])
async def test_uploads_of_a_refused_form_are_not_in_the_store(
    house: House, fields: dict[str, str], headers: dict[str, str]
) -> None:
    async with house.client() as client:
        files = [("attachments", ("a.bin", b"x" * 5000, "application/octet-stream"))]
        answer = await client.post("/complain", data=fields, files=files, headers=headers)
    assert answer.status_code == 422
    assert not stored(house)


@pytest.mark.asyncio
async def test_uploads_are_not_stored_while_nothing_can_be_taken_in(house: House) -> None:
    house.intake.away = True
    async with house.client() as client:
        files = [("attachments", ("a.bin", b"x" * 5000, "application/octet-stream"))]
        assert (await client.post("/complain", data={"description": "x"}, files=files)).status_code == 503
    assert not stored(house)


@pytest.mark.asyncio
async def test_refused_uploads_without_end_hold_a_bounded_shelf(tmp_path: Path) -> None:
    house = build(tmp_path)
    house.app.state.enclosures = Enclosures(house.front.blobs, shelf_bytes=20_000)
    async with house.client() as client:
        for number in range(30):
            files = [("attachments", ("a.bin", b"%d" % number * 3000, "application/octet-stream"))]
            await client.post("/complain", data={"description": ""}, files=files, headers=HTML)
            assert shelved(house) <= 20_000
    assert shelved(house)


@pytest.mark.asyncio
async def test_what_left_the_shelf_is_asked_for_again_and_nothing_is_taken_in_without_it(
    house: House,
) -> None:
    async with house.client() as client:
        page = (await client.get("/complain", headers=HTML)).text
        files = [("attachments", ("bill.txt", b"12.50", "text/plain"))]
        fields = {"nonce": _hidden(page, "nonce"), "description": ""}
        page = (await client.post("/complain", data=fields, files=files, headers=HTML)).text
        for path in (house.front.blobs.folder / SHELF).glob("*/*"):
            path.unlink()
        fields = {"nonce": _hidden(page, "nonce"), "kept": _hidden(page, "kept"), "description": "Bill"}
        again = await client.post("/complain", data=fields, headers=HTML)
        assert again.status_code == 422
        assert "choose them again" in again.text
        assert not house.intake.taken
        fields = {
            "nonce": _hidden(again.text, "nonce"),
            "kept": _hidden(again.text, "kept"),
            "description": "B",
        }
        assert (await client.post("/complain", data=fields, headers=HTML)).status_code == 303


@pytest.mark.asyncio
async def test_a_disk_without_room_for_files_takes_text(tmp_path: Path) -> None:
    house = build(tmp_path)
    house.app.state.enclosures = Enclosures(house.front.blobs, spare_bytes=1 << 60)
    async with house.client() as client:
        files = [("attachments", ("bill.txt", b"12.50", "text/plain"))]
        with_file = await client.post("/complain", data={"description": "Bill"}, files=files)
        answers = [
            await client.post("/complain", content=EMPTY_FILE, headers=PARTS),
            await client.post("/complain", data={"description": "Bill"}),
            await client.post("/complain", json={"description": "Bill"}),
        ]
    assert with_file.json()["errors"][0]["code"] == "files_no_room"
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert not stored(house)


@pytest.mark.asyncio
async def test_earlier_and_new_files_together_keep_the_limits(tmp_path: Path) -> None:
    house = build(tmp_path, webform=WebformSettings(most_attachments=2, total_bytes=1024))
    async with house.client() as client:
        page = (await client.get("/complain", headers=HTML)).text
        fields = {"nonce": _hidden(page, "nonce"), "description": ""}
        files = [("attachments", ("a", b"1" * 500, "text/plain"))]
        page = (await client.post("/complain", data=fields, files=files, headers=HTML)).text
        fields = {"nonce": _hidden(page, "nonce"), "kept": _hidden(page, "kept"), "description": "x"}
        for extra, message in (([b"2", b"3"], "too many files"), ([b"2" * 600], "too large")):
            files = [("attachments", (f"b{len(each)}", each, "text/plain")) for each in extra]
            answer = await client.post("/complain", data=fields, files=files, headers=HTML)
            assert (answer.status_code, message in answer.text) == (422, True)
    assert not house.intake.taken


@pytest.mark.asyncio
async def test_the_shelf_forgets_by_time(tmp_path: Path) -> None:
    blobs = BlobStore(tmp_path)
    shelf = Enclosures(blobs, shelf_seconds=0.0)
    for content in (b"one", b"two"):
        upload = UploadFile(_file(tmp_path, content), size=3, filename="a", headers=Headers({}))
        await shelf.shelve(Submission(uploads=[upload]))
        await upload.close()
    assert len(list((tmp_path / SHELF).glob("*/*"))) == 1


def _file(folder: Path, content: bytes):  # type: ignore[no-untyped-def]
    path = folder / content.decode()
    path.write_bytes(content)
    return path.open("rb")


def _hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found[1]


@pytest.mark.asyncio
@pytest.mark.parametrize("cut", [5, 8, 60, 100])
async def test_a_form_that_was_cut_is_refused_and_not_taken_without_its_end(house: House, cut: int) -> None:
    whole = EMPTY_FILE.replace(b'filename=""\r\n\r\n', b'filename="a"\r\n\r\n12.50')
    async with house.client() as client:
        assert (await client.post("/complain", content=whole[:-cut], headers=PARTS)).status_code == 400
        assert (await client.post("/complain", content=whole, headers=PARTS)).status_code == 201
    assert len(house.intake.taken) == 1
