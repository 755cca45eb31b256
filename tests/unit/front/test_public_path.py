"""A public address with a path, behind a proxy that takes it off: every link, form and redirect stays under it."""

import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from schemas import identity
from tests.unit.front.conftest import HTML, OPERATOR, SECRET, House, build

PUBLIC = "https://www.example.org/help/complaints"
PREFIX = "/help/complaints"
REFERENCE = identity.reference(SECRET, "some identity")
CODE = identity.status_code(SECRET, REFERENCE)
PAGES = (
    "/complain", "/complain?embed=1", "/status", f"/status?reference={REFERENCE}&code={CODE}", "/how-to-complain",
    f"/complain/received?reference={REFERENCE}&code={CODE}", "/nowhere", "/console", "/console/case", "/console/enter",
    "/console/dead-letters", "/console/login", f"/console/entered?reference={REFERENCE}",
)  # fmt: skip
_LINK = re.compile(r'(?:href|src|action|data-received|data-again)="([^"]*)"')


class Stripping:
    """The proxy: what is not under the prefix belongs to another application."""

    def __init__(self, app: object) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if not path.startswith(PREFIX):
            await send({"type": "http.response.start", "status": 418, "headers": []})
            await send({"type": "http.response.body", "body": b"another application"})
            return
        bare = path.removeprefix(PREFIX) or "/"
        await self._app({**scope, "path": bare, "raw_path": bare.encode()}, receive, send)  # type: ignore[operator]


def through(house: House) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(Stripping(house.app), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="https://www.example.org", headers=HTML | OPERATOR)


@pytest.mark.asyncio
@pytest.mark.parametrize("page", PAGES)
async def test_every_link_and_form_of_every_page_is_under_the_public_path(tmp_path: Path, page: str) -> None:
    house = build(tmp_path, public_url=PUBLIC)
    async with through(house) as client:
        answer = await client.get(PREFIX + page)
        here = str(answer.url)
        links = {urljoin(here, link.replace("&amp;", "&")) for link in _LINK.findall(answer.text)}
        assert links
        for link in links:
            parts = urlsplit(link)
            if parts.netloc == "www.example.org":
                assert parts.path.startswith(f"{PREFIX}/"), link
            if "/static/" in link:
                assert (await client.get(link)).status_code == 200, link


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/complain/",
        "/status/",
        "/console/case/",
        "/console/enter/",
        "/complain/received",
        "/console/entered",
    ],
)
@pytest.mark.parametrize("host", ["www.example.org", "evil.example"])
async def test_redirects_stay_with_us_whatever_name_was_asked(tmp_path: Path, path: str, host: str) -> None:
    house = build(tmp_path, public_url=PUBLIC)
    async with through(house) as client:
        answer = await client.get(PREFIX + path, headers={"host": host})
    assert answer.is_redirect
    assert answer.headers["location"].startswith(f"{PREFIX}/")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "path", ["//evil.example/", "/%2Fevil.example/", "/\\\\evil.example/", "/x/../../evil/"]
)
async def test_no_path_leads_to_another_site(tmp_path: Path, path: str) -> None:
    house = build(tmp_path)
    async with house.client() as client:
        request = client.build_request("GET", "/")
        request.url = request.url.copy_with(raw_path=path.encode())
        location = (await client.send(request)).headers.get("location", "/")
    assert re.match(r"/(?![/\\\\])", location)


@pytest.mark.asyncio
async def test_forms_sign_in_and_out_under_the_path(tmp_path: Path) -> None:
    house = build(tmp_path, public_url=PUBLIC)
    async with through(house) as client:
        page = (await client.get(f"{PREFIX}/complain")).text
        nonce = re.search(r'name="nonce" value="([^"]+)"', page)
        assert nonce is not None
        sent = await client.post(f"{PREFIX}/complain", data={"nonce": nonce[1], "description": "x"})
        assert sent.headers["location"].startswith(f"{PREFIX}/complain/received?")
        opened = await client.post(f"{PREFIX}/console/login", data={"token": OPERATOR["authorization"][7:]})
        assert f"Path={PREFIX}/console" in opened.headers["set-cookie"]
        assert opened.headers["location"] == f"{PREFIX}/console"


def test_scripts_name_no_path_of_their_own() -> None:
    folder = Path(__file__).parents[3] / "gateway" / "pages" / "static"
    for script in folder.glob("*.js"):
        assert not re.findall(r"[\"'`]/[a-z]", script.read_text()), script
