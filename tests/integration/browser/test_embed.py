"""The form on somebody else's site, in one tag, in a frame that only configured sites may show."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from channels.webform.settings import WebformSettings
from tests.integration.browser.conftest import Site, serving


@pytest.fixture
def elsewhere() -> Iterator[http.server.HTTPServer]:
    """Another site: every path is the page in `page`."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(getattr(self.server, "page", b""))

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join(10)
    server.server_close()


def embed(elsewhere: http.server.HTTPServer, site: Site) -> str:
    tag = f'<!doctype html><title>x</title><body><script src="{site.url}/embed.js" data-lang="de" async></script>'
    elsewhere.page = tag.encode()  # type: ignore[attr-defined]
    return f"http://localhost:{elsewhere.server_port}"


def test_a_configured_site_shows_the_form(
    elsewhere: http.server.HTTPServer, page: Page, tmp_path: Path
) -> None:
    origin = f"http://localhost:{elsewhere.server_port}"
    with serving(tmp_path, webform=WebformSettings(embed_origins=[origin])) as site:
        page.goto(embed(elsewhere, site))
        frame = page.frame_locator("iframe")
        frame.get_by_label("Was ist geschehen?").fill("Kein Wasser")
        frame.get_by_role("button", name="Beschwerde absenden").click()
        expect(frame.get_by_role("heading", name="Wir haben Ihre Beschwerde")).to_be_visible()
        height = page.locator("iframe").bounding_box()
        assert height is not None
        assert 300 < height["height"] < 2000
        assert [form.description for form in site.house.intake.forms()] == ["Kein Wasser"]


def test_another_site_shows_nothing(elsewhere: http.server.HTTPServer, page: Page, site: Site) -> None:
    page.goto(embed(elsewhere, site))
    page.locator("iframe").wait_for()
    page.wait_for_timeout(500)
    assert page.frame_locator("iframe").locator("#complaint").count() == 0
