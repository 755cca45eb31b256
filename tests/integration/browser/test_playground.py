"""The playground on the running sandbox: every channel in, the stages live, every answer, side by side."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect

from channels.contract import Channel
from channels.registry import CHANNELS
from tests.integration.answered import answered_on

pytestmark = pytest.mark.timeout(240)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 780}
COMPLAINT = "The heating has been broken since Monday"
READY_SECONDS = 120
ANSWER_MS = 60_000


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """`gateway up --sandbox` in a folder of its own; what it says in run.json once everything is up."""
    folder = tmp_path_factory.mktemp("sandbox")
    log = (folder / "up.log").open("wb")
    words = [sys.executable, "-m", "gateway", "up", "--sandbox", "--data", str(folder), "--port", "0"]
    env = {name: value for name, value in os.environ.items() if not name.startswith(("GATEWAY_", "CHANNEL_"))}
    process = subprocess.Popen(words, stdout=log, stderr=log, env=env, start_new_session=True)
    try:
        yield _facts(folder, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        log.close()


def _facts(folder: Path, process: subprocess.Popen[bytes]) -> dict[str, Any]:
    deadline = time.monotonic() + READY_SECONDS
    while b"everything is up" not in (said := (folder / "up.log").read_bytes()):
        assert process.poll() is None, said.decode()
        assert time.monotonic() < deadline, said.decode()
        time.sleep(0.3)
    facts: dict[str, Any] = json.loads((folder / "run.json").read_text())
    return facts


def write(page: Page, channel: Channel) -> None:
    page.get_by_label(channel.title, exact=True).check()
    page.get_by_label("What", exact=True).fill(f"{COMPLAINT}, said by {channel.name}.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#said")).to_contain_text("Sent:", timeout=ANSWER_MS)
    page.locator("#said").evaluate("element => { element.textContent = '' }")


def test_every_channel_goes_in_and_its_answer_arrives(sandbox: dict[str, Any], page: Page) -> None:
    page.goto(sandbox["sandbox"]["playground"])
    expect(page.get_by_label("Who")).to_have_value("anna")
    for channel in CHANNELS:
        write(page, channel)
    for channel in CHANNELS:
        sent = page.locator("#written > li").filter(has_text=f"said by {channel.name}.")
        expect(sent.locator("li.done")).to_have_count(4, timeout=ANSWER_MS)
        if channel.name in ("sms", "whatsapp"):
            expect(sent.locator("li").last).to_contain_text("delivered", timeout=ANSWER_MS)
        reference = sent.get_by_role("link").inner_text()
        on = answered_on(channel.name)
        arrived = page.locator(f"#letters > li[data-channel={on}]").filter(has_text=reference)
        expect(arrived).to_have_count(1, timeout=ANSWER_MS)
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        page.wait_for_timeout(1_000)  # a card that is still fading in has no contrast to judge
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        found = Axe().run(page, options={"runOnly": RULES})
        assert found.violations_count == 0, found.generate_report()


def test_it_can_be_used_without_a_mouse(sandbox: dict[str, Any], page: Page) -> None:
    page.goto(sandbox["sandbox"]["playground"])
    page.get_by_label("Web form", exact=True).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("SMS", exact=True)).to_be_checked()
    expect(page.get_by_role("group", name="In public").get_by_role("radio")).to_have_count(3)


def test_operations_show_the_stages_at_work(sandbox: dict[str, Any], page: Page) -> None:
    token = sandbox["settings"]["GATEWAY_OPERATOR_TOKEN"]
    page.set_extra_http_headers({"Authorization": f"Bearer {token}"})
    page.goto(f"{sandbox['http']}/console")
    for stage in ("normalise", "triage", "letters"):
        expect(page.get_by_role("rowheader", name=stage, exact=True)).to_be_visible(timeout=ANSWER_MS)
    expect(page.locator(".headline")).to_contain_text("waiting for an acknowledgement")
    page.get_by_role("link", name="Cases").click()
    page.locator("tbody a").first.click()
    expect(page.get_by_role("heading", name="Timeline")).to_be_visible()
