"""The mark of the house's own complaints: made and found by the secret alone, for a day."""

from datetime import UTC, datetime, timedelta

import pytest

from schemas.synthetic import mark, nonce_in

SECRET = b"k" * 32
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NONCE = "0123456789abcdef"
MARK = mark(SECRET, NONCE, NOON)


def test_it_is_found_wherever_it_stands() -> None:
    for content in (MARK, f"My parcel is lost.\n\n{MARK}\n", f'{{"text":"words {MARK} words"}}'):
        assert nonce_in(SECRET, content.encode(), NOON + timedelta(hours=3)) == NONCE
    assert len(MARK) < 76  # no mail program breaks it


@pytest.mark.parametrize(
    "forged",
    [
        mark(b"x" * 32, NONCE, NOON),
        MARK.replace("0123456789abcdef", "1123456789abcdef"),
        MARK[:-1] + ("0" if MARK[-1] != "0" else "1"),
        MARK.replace(".177", ".178"),
        "gateway-probe.",
        "",
    ],
)
def test_nobody_else_can_make_one(forged: str) -> None:
    assert nonce_in(SECRET, forged.encode(), NOON) == ""


def test_a_copied_one_says_nothing_after_a_day() -> None:
    assert nonce_in(SECRET, MARK.encode(), NOON + timedelta(hours=23)) == NONCE
    assert nonce_in(SECRET, MARK.encode(), NOON + timedelta(hours=25)) == ""


def test_a_forged_one_before_it_does_not_hide_ours() -> None:
    both = f"{mark(b'x' * 32, NONCE, NOON)} {MARK}"
    assert nonce_in(SECRET, both.encode(), NOON) == NONCE
