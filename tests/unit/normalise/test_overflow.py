"""Who sends beyond his share takes the slow lane, in order; nobody else does."""

from datetime import UTC, datetime, timedelta

import pytest

from channels.registry import BY_NAME
from channels.throttle import Throttle
from schemas import topics
from schemas.delivery import Delivery
from schemas.errors import Nonsense
from schemas.form import FLOOD, FilledForm
from schemas.intake import Arrival
from workers.normalise.stage import Normalise
from workers.overflow.stage import Overflow
from workers.runtime.contract import Output, Record

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SHARE = 20


class NoBlobs:
    def put_all(self, contents: object) -> None:
        """Nothing is enclosed."""

    def get(self, sha256: str) -> bytes:
        raise KeyError(sha256)


def stage() -> Normalise:
    return Normalise(BY_NAME, NoBlobs(), b"s" * 32, share=Throttle(SHARE, 60 / SHARE))


def form(number: int, email: str, at: datetime, odd: list[str] | None = None) -> Record:
    filled = FilledForm(
        key=f"k{number}", description=f"The bill {number} is wrong", email=email, odd=odd or []
    )
    delivery = Delivery(delivery_id=f"door-1-{number}", channel="webform", received_at=at)
    return Record(
        topics.DELIVERIES.name,
        0,
        number,
        int(at.timestamp() * 1000),
        b"",
        filled.to_bytes(),
        delivery.headers("/test"),
    )


def lanes(normalise: Normalise, *records: Record) -> list[str]:
    outputs: list[Output] = []
    for record, prepared in zip(records, normalise.prepare(records), strict=True):
        outputs += normalise.step(record, prepared, tables=None).outputs  # type: ignore[arg-type]
    return [output.topic for output in outputs]


def test_the_first_of_a_minute_go_at_once_and_the_rest_the_slow_lane() -> None:
    records = [form(n, "anna@example.org", NOON) for n in range(SHARE + 5)]
    assert lanes(stage(), *records) == [topics.MESSAGES.name] * SHARE + [topics.OVERFLOW.name] * 5


def test_nobody_else_goes_the_slow_lane_meanwhile() -> None:
    normalise = stage()
    lanes(normalise, *[form(n, "anna@example.org", NOON) for n in range(100)])
    assert lanes(normalise, form(100, "ben@example.org", NOON)) == [topics.MESSAGES.name]


def test_a_flood_in_somebody_s_name_does_not_slow_down_her_mail() -> None:
    normalise = stage()
    lanes(normalise, *[form(n, "anna@example.org", NOON) for n in range(100)])
    raw = b"From: anna@example.org\r\nTo: help@example.net\r\nMessage-ID: <1@example.org>\r\n\r\nIt smells of gas."
    delivery = Delivery(
        delivery_id="mail-1-1", channel="mail", received_at=NOON, facts={"mailbox": "help@example.net"}
    )
    at = int(NOON.timestamp() * 1000)
    mail = Record(topics.DELIVERIES.name, 0, 200, at, b"", raw, delivery.headers("/test"))
    assert lanes(normalise, mail) == [topics.MESSAGES.name]
    assert lanes(normalise, form(101, "anna@example.org", NOON)) == [topics.OVERFLOW.name]


def test_who_was_fast_stays_in_the_slow_lane_until_it_has_passed_his_on() -> None:
    normalise = stage()
    flood = 100
    lanes(normalise, *[form(n, "anna@example.org", NOON) for n in range(flood)])
    quota = 5.0
    gone = NOON + timedelta(seconds=(flood - SHARE) / quota)
    assert lanes(normalise, form(flood, "anna@example.org", gone)) == [topics.OVERFLOW.name]
    later = NOON + timedelta(minutes=flood / SHARE + 1)
    assert lanes(normalise, form(flood + 1, "anna@example.org", later)) == [topics.MESSAGES.name]


def test_an_ordinary_pace_is_never_slow() -> None:
    records = [form(n, "anna@example.org", NOON + timedelta(seconds=4 * n)) for n in range(200)]
    assert set(lanes(stage(), *records)) == {topics.MESSAGES.name}


def test_what_the_door_called_a_flood_is_slow_whoever_is_named() -> None:
    records = [form(n, f"p{n}@example.org", NOON, [FLOOD] if n >= 3 else []) for n in range(6)]
    assert lanes(stage(), *records) == [topics.MESSAGES.name] * 3 + [topics.OVERFLOW.name] * 3


def test_a_clock_that_goes_back_makes_nobody_fast() -> None:
    normalise = stage()
    for n in range(200):
        back = NOON - timedelta(seconds=n)
        assert lanes(normalise, form(n, f"p{n}@example.org", back)) == [topics.MESSAGES.name]


def test_the_slow_lane_passes_on_what_it_was_given() -> None:
    normalise = stage()
    (prepared,) = normalise.prepare([form(1, "anna@example.org", NOON, [FLOOD])])
    assert isinstance(prepared, list)
    (output,) = prepared
    record = Record(
        topics.OVERFLOW.name, 0, 7, int(NOON.timestamp() * 1000), output.key, output.value, output.headers
    )
    overflow = Overflow()
    (passed,) = overflow.prepare([record])
    (again,) = overflow.step(record, passed, tables=None).outputs  # type: ignore[arg-type]
    assert again == Output(topics.MESSAGES.name, output.key, output.value, output.headers)
    assert again.value is not None
    assert Arrival.from_bytes(again.value).message.text == "The bill 1 is wrong"


@pytest.mark.parametrize(("key", "value"), [(None, b"x"), (b"k", None)])
def test_a_record_that_nobody_of_ours_wrote_is_a_dead_letter(key: bytes | None, value: bytes | None) -> None:
    record = Record(topics.OVERFLOW.name, 0, 7, 0, key, value, ())
    (passed,) = Overflow().prepare([record])
    assert isinstance(passed, Nonsense)
    assert Overflow().dead_letter(record, passed).topic == topics.DEAD_LETTERS.name
