"""Places as geo URIs."""

import pytest

from channels.geo import place


def test_a_place_has_six_decimals() -> None:
    (reference,) = place(52.52, "13.405", "Depot")
    assert (reference.url, reference.name) == ("geo:52.520000,13.405000", "Depot")


@pytest.mark.parametrize(
    ("north", "east"), [("", ""), ("x", 1), (91, 0), (0, 181), (float("nan"), 0), (None, None)]
)
def test_what_is_no_place_is_none(north: object, east: object) -> None:
    assert place(north, east) == []
