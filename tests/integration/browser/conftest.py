"""The pages in a real headless Chromium, over a real socket; what they took in stays in a list."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from gateway.server import listen, serve
from tests.unit.front.conftest import OPERATOR, House, build

CHROMIUM = Path("/usr/bin/chromium")


@dataclass(frozen=True, slots=True)
class Site:
    """A house that is being served at `url`."""

    house: House
    url: str


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for a module's pages; Debian's, so that nothing has to be downloaded.

    It keeps an event loop running in this thread, so it must be gone before other tests want one.
    """
    if not CHROMIUM.exists():
        pytest.fail("these tests need a browser: apt-get install chromium")
    with sync_playwright() as started:
        launched = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@contextlib.contextmanager
def serving(folder: Path, **options: Any) -> Iterator[Site]:
    """A house with these options, served from a thread of its own."""
    listener = listen("127.0.0.1", 0)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    house = build(folder, **({"public_url": url, "organisation": "Riverside Utilities"} | options))
    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(serve(house.app, listener, stop),))
    thread.start()
    try:
        yield Site(house, url)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()
        listener.close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """The defaults."""
    with serving(tmp_path) as served:
        yield served


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page with scripts on, which fails the test for every error in its console that is not expected."""
    context = browser.new_context(locale="en-GB", extra_http_headers=OPERATOR)
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    yield opened
    context.close()
    assert not wrong


@pytest.fixture
def plain_page(browser: Browser) -> Iterator[Page]:
    """A page with scripts off."""
    context = browser.new_context(locale="en-GB", java_script_enabled=False, extra_http_headers=OPERATOR)
    yield context.new_page()
    context.close()
