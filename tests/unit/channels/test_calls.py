"""Answers of a provider, named by what happens next."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from channels.calls import raise_for, retry_after
from channels.contract import Unclear
from schemas.errors import Refused, Unavailable

REQUEST = httpx.Request("POST", "https://network.example/api")


def answer(status: int, body: str = "", **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, text=body, headers=named, request=REQUEST)


@pytest.mark.parametrize("status", [200, 201, 204])
def test_a_good_answer_raises_nothing(status: int) -> None:
    raise_for(answer(status))


@pytest.mark.parametrize("status", [400, 403, 404, 410, 422])
def test_a_refusal_is_for_good_and_has_a_code(status: int) -> None:
    with pytest.raises(Refused) as raised:
        raise_for(answer(status, "no such post"))
    assert raised.value.code == str(status)
    assert "no such post" in str(raised.value)


@pytest.mark.parametrize("status", [401, 429])
def test_a_limit_or_a_token_may_pass(status: int) -> None:
    with pytest.raises(Unavailable) as raised:
        raise_for(answer(status, retry_after="7"), Unclear)
    assert raised.value.retry_after == 7


def test_a_server_s_fault_is_unclear_where_it_may_have_had_an_effect() -> None:
    with pytest.raises(Unclear):
        raise_for(answer(502), Unclear)
    with pytest.raises(Unavailable):
        raise_for(answer(502))


def test_the_wait_is_read_from_any_of_the_customary_headers() -> None:
    later = datetime.now(UTC) + timedelta(seconds=30)
    date = format_datetime(later, usegmt=True)
    stamps = [
        answer(429, Retry_After=date),
        answer(429, X_RateLimit_Reset=later.isoformat()),
        answer(429, X_Rate_Limit_Reset=str(int(later.timestamp()))),
        answer(429, RateLimit_Reset=str(int(later.timestamp()))),
    ]
    for one in stamps:
        assert 25 < (retry_after(one) or 0) <= 31
    assert retry_after(answer(429)) is None
    assert retry_after(answer(429, Retry_After="soon")) is None
    assert retry_after(answer(429, X_RateLimit_Reset="then")) is None
