"""Moments of all channels are told alike, so that letters can be put in order."""

import pytest

from deploy.sandbox.playground.moments import iso


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-01T10:00:00Z",
        "2026-03-01T11:00:00+01:00",
        "Sun, 01 Mar 2026 11:00:00 +0100",
        1772359200,
        1772359200.0,
    ],
)
def test_every_way_of_writing_it_is_the_same_moment(written: str | float) -> None:
    assert iso(written) == "2026-03-01T10:00:00+00:00"


@pytest.mark.parametrize("written", ["", "soon", "2026-99-99"])
def test_what_is_no_moment_stays_as_it_is(written: str) -> None:
    assert iso(written) == written
