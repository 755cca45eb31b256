"""The form as people meet it: with scripts, without, with a bad connection, with a screen reader's rules."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from tests.integration.browser.conftest import Site

REFERENCE = re.compile(r"^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5}$")
AXE_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
pytestmark = pytest.mark.timeout(90)


def fill(page: Page, enclosed: Path) -> None:
    page.get_by_label("What happened?").fill("The lift has been broken\nsince Monday.")
    page.get_by_label("Your name").fill("Anna Müller")
    page.get_by_label("Mail address").fill("anna@example.org")
    page.get_by_label("Attachments").set_input_files(enclosed)


@pytest.fixture
def enclosed(tmp_path: Path) -> Path:
    path = tmp_path / "bill.txt"
    path.write_bytes(b"12.50")
    return path


@pytest.mark.parametrize("scripts", [True, False])
def test_submit_and_see_the_reference_at_once(
    site: Site, browser: Browser, enclosed: Path, scripts: bool
) -> None:
    context = browser.new_context(java_script_enabled=scripts, locale="en-GB")
    page = context.new_page()
    page.goto(f"{site.url}/complain")
    fill(page, enclosed)
    page.get_by_role("button", name="Send the complaint").click()
    expect(page.get_by_role("heading", name="We have your complaint")).to_be_visible()
    assert REFERENCE.match(page.locator("#reference").inner_text())
    page.reload()
    (form,) = site.house.intake.forms()
    assert (form.name, form.email) == ("Anna Müller", "anna@example.org")
    assert [item.name for item in form.attachments] == ["bill.txt"]
    page.get_by_role("link", name="Follow your complaint").click()
    expect(page.get_by_text("Received, being processed")).to_be_visible()
    context.close()


def test_a_mistake_is_named_and_nothing_typed_is_lost(site: Site, plain_page: Page, enclosed: Path) -> None:
    plain_page.goto(f"{site.url}/complain")
    fill(plain_page, enclosed)
    plain_page.get_by_label("Telephone number").fill("12")
    plain_page.get_by_role("button", name="Send the complaint").click()
    expect(plain_page.get_by_role("alert")).to_contain_text("country code")
    expect(plain_page.get_by_label("What happened?")).to_have_value("The lift has been broken\nsince Monday.")
    expect(plain_page.get_by_text("bill.txt")).to_be_visible()
    plain_page.get_by_label("Telephone number").fill("")
    plain_page.get_by_role("button", name="Send the complaint").click()
    expect(plain_page.get_by_role("heading", name="We have your complaint")).to_be_visible()
    (form,) = site.house.intake.forms()
    assert [item.name for item in form.attachments] == ["bill.txt"]


def test_with_scripts_the_server_draws_the_same_mistakes(site: Site, page: Page, enclosed: Path) -> None:
    page.goto(f"{site.url}/complain")
    fill(page, enclosed)
    page.get_by_label("Telephone number").fill("12")
    page.get_by_role("button", name="Send the complaint").click()
    expect(page.get_by_role("alert")).to_contain_text("country code")
    page.get_by_label("Telephone number").fill("")
    page.get_by_role("button", name="Send the complaint").click()
    expect(page.get_by_role("heading", name="We have your complaint")).to_be_visible()


def test_a_lost_connection_loses_nothing_and_sending_again_is_the_same_complaint(
    site: Site, page: Page
) -> None:
    page.goto(f"{site.url}/complain")

    def after_it_arrived(route: Route) -> None:
        route.fetch()
        route.abort()

    page.get_by_label("What happened?").fill("No water")
    page.route("**/complain", after_it_arrived)
    page.get_by_role("button", name="Send the complaint").click()
    expect(page.locator("#said")).to_contain_text("The connection was lost")
    page.unroute("**/complain")
    page.reload()
    expect(page.get_by_text("We put back the draft")).to_be_visible()
    expect(page.get_by_label("What happened?")).to_have_value("No water")
    page.get_by_role("button", name="Send the complaint").click()
    expect(page.get_by_role("heading", name="We have your complaint")).to_be_visible()
    first, second = site.house.intake.forms()
    assert first.identity_parts() == second.identity_parts()
    page.goto(f"{site.url}/complain")
    expect(page.get_by_label("What happened?")).to_have_value("")


def test_a_draft_can_be_discarded(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/complain")
    page.get_by_label("What happened?").fill("No water")
    expect(page.locator("#said")).to_contain_text("Draft kept")
    page.reload()
    page.get_by_role("button", name="Discard the draft").click()
    expect(page.get_by_label("What happened?")).to_have_value("")


def test_full_is_told_and_the_text_stays(site: Site, page: Page) -> None:
    site.house.intake.away = True
    page.goto(f"{site.url}/complain")
    page.get_by_label("What happened?").fill("No water")
    page.get_by_role("button", name="Send the complaint").click()
    expect(page.locator("#said")).to_contain_text("nothing was stored")
    expect(page.get_by_label("What happened?")).to_have_value("No water")
    site.house.intake.away = False
    page.get_by_role("button", name="Send the complaint").click()
    expect(page.get_by_role("heading", name="We have your complaint")).to_be_visible()


def test_the_keyboard_alone_is_enough(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/complain")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("No water")
    page.get_by_role("button", name="Send the complaint").press("Enter")
    expect(page.get_by_role("heading", name="We have your complaint")).to_be_visible()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 360)])
def test_axe_finds_nothing_on_any_page(site: Site, browser: Browser, scheme: str, width: int) -> None:
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 800},
        locale="de-DE",
    )
    page = context.new_page()
    page.goto(f"{site.url}/complain")
    paths = ["/complain", "/status", "/status?reference=x&code=y", "/how-to-complain", "/nowhere", "/console"]
    paths += ["/console/case", "/console/dead-letters", "/console/enter"]
    for path in paths:
        page.goto(site.url + path)
        clean(page)
    page.goto(f"{site.url}/complain")
    page.locator("#description").fill("x")
    page.locator("#email").fill("wrong")
    page.locator("#send").click()
    page.locator("#summary").wait_for()
    clean(page)
    page.locator("#email").fill("")
    page.locator("#send").click()
    page.locator("#reference").wait_for()
    clean(page)
    page.locator("#status-link").click()
    page.locator("#state").wait_for()
    clean(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    context.close()


def clean(page: Page) -> None:
    found = Axe().run(page, options=AXE_RULES)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
