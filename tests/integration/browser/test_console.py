"""The operators' pages in a browser: sign in, dead letters from list to replay, a clerk's entry."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.integration.browser.conftest import Site, serving
from tests.unit.front.conftest import OPERATOR, TOKEN
from tests.unit.front.test_operators import letter

pytestmark = pytest.mark.timeout(90)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_dead_letter_is_found_shown_and_replayed(site: Site, browser: Browser, scripts: bool) -> None:
    site.house.letters.letters.append(letter("local_serve-19a-7"))
    context = browser.new_context(extra_http_headers=OPERATOR, java_script_enabled=scripts)
    page = context.new_page()
    page.goto(f"{site.url}/console")
    page.get_by_role("navigation").get_by_role("link", name="Dead letters").click()
    page.get_by_role("link", name="local_serve-19a-7").click()
    expect(page.get_by_role("heading", name="Unreadable")).to_be_visible()
    expect(page.locator("pre")).to_have_text("<script>")
    page.get_by_role("button", name="Replay").click()
    expect(page.get_by_role("heading", name="Dead letters")).to_be_visible()
    assert site.house.letters.replayed == ["local_serve-19a-7"]
    context.close()


def test_an_operator_signs_in_with_the_token(page: Page, tmp_path: Path) -> None:
    page.context.set_extra_http_headers({})
    with serving(tmp_path) as site:
        page.goto(f"{site.url}/console")
        page.get_by_label("Operator token").fill("guess")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_contain_text("not the operator token")
        page.get_by_label("Operator token").fill(TOKEN)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_text("Longest-waiting complainant")).to_be_visible()


def test_the_live_page_goes_on_by_itself_and_says_when_it_cannot(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/console")
    with page.expect_response("**/console/?fragment=1"):
        pass
    page.route("**/console/?fragment=1", lambda route: route.abort())
    expect(page.locator("#stale")).to_contain_text("No answer from the gateway")
    page.unroute("**/console/?fragment=1")
    expect(page.locator("#stale")).to_be_empty()


def test_a_clerk_enters_what_came_by_letter(site: Site, page: Page, tmp_path: Path) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF")
    page.goto(f"{site.url}/console/enter")
    page.get_by_label("Letter").check()
    page.get_by_label("Taken by").fill("M. Kern")
    page.get_by_label("What happened?").fill("No water since Monday")
    page.get_by_label("Attachments").set_input_files(scan)
    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_text("No address was given: print this page")).to_be_visible()
    ((channel, _),) = site.house.intake.taken
    (form,) = site.house.intake.forms()
    assert (channel, form.taken_by, form.attachments[0].name) == ("letter", "M. Kern", "scan.pdf")
