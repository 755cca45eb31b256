"""Points in time as providers write them."""

from datetime import UTC, datetime

import pytest

from channels.moments import moment

TEN = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        1772359200,
        "1772359200",
        1772359200000,
        "1772359200000",
        "2026-03-01T10:00:00Z",
        "2026-03-01T11:00:00+0100",
        "2026-03-01T10:00:00",
    ],
)
def test_every_form_is_the_same_moment(value: object) -> None:
    assert moment(value) == TEN


@pytest.mark.parametrize(
    "value", [None, True, "", "soon", -1, 10**30, "nan", "inf", [], {}, "0000-00-00T00:00:00Z"]
)
def test_nonsense_is_none(value: object) -> None:
    assert moment(value) is None
