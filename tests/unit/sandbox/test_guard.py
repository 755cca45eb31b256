"""The stand-ins and the playground answer this machine's programs and their own pages, no other site's."""

import pytest
from starlette.datastructures import Headers

from deploy.sandbox.guard import refusal

HOST = "127.0.0.1:8123"


@pytest.mark.parametrize(
    "headers",
    [
        {"host": HOST},
        {"host": "localhost:8123"},
        {"host": "[::1]:8123"},
        {"host": HOST, "origin": f"http://{HOST}"},
        {"host": HOST, "origin": f"http://{HOST}", "sec-fetch-site": "same-origin"},
        {"host": HOST, "sec-fetch-site": "none"},
    ],
)
def test_programs_and_its_own_page_are_answered(headers: dict[str, str]) -> None:
    assert refusal(Headers(headers)) == ""


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"host": "evil.example"},
        {"host": "evil.example:8123"},
        {"host": "127.0.0.1.evil.example:8123"},
        {"host": HOST, "origin": "https://evil.example"},
        {"host": HOST, "origin": "null"},
        {"host": HOST, "origin": "http://127.0.0.1:9999"},
        {"host": HOST, "sec-fetch-site": "cross-site"},
        {"host": HOST, "sec-fetch-site": "same-site"},
    ],
)
def test_other_sites_are_not(headers: dict[str, str]) -> None:
    assert refusal(Headers(headers))
