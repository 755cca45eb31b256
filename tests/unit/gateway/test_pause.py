"""How long a collector waits before it tries an account again."""

import math

import pytest

from gateway.collector import _pause
from schemas.errors import GatewayError, Misconfigured, Unavailable


@pytest.mark.parametrize("failures", [1, 2, 7, 10_000])
@pytest.mark.parametrize(
    "error",
    [
        Unavailable("away"),
        Unavailable("a date far away", retry_after=math.inf),
        Unavailable("no number", retry_after=math.nan),
        Unavailable("a year", retry_after=3e7),
        Unavailable("before now", retry_after=-5.0),
        Misconfigured("A_SETTING", "is wrong"),
    ],
    ids=str,
)
def test_no_provider_makes_it_wait_for_ever_or_not_at_all(error: GatewayError, failures: int) -> None:
    assert 0.25 <= _pause(failures, (0.5, 30.0), error) <= 3600


def test_it_comes_no_sooner_than_it_was_asked_to() -> None:
    assert _pause(1, (0.5, 30.0), Unavailable("a limit", retry_after=120.0)) == 120
