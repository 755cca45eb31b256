"""Whatever comes: a reading or a typed error, in bounded time, and text that every store can hold."""

import json
import os
import time
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from channels.contract import Channel
from channels.registry import CHANNELS
from schemas.errors import ParserFault, Unreadable
from tests.contract.cases import Case, cases

MOST_SECONDS = 1.0
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "60"))
"""A longer run: `FUZZ_EXAMPLES=5000 pytest tests/contract/test_hostile.py`."""

HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "spaces": b"   \r\n ",
    "nul": b"\0" * 1000,
    "not utf-8": b"\xff\xfe\xfd" * 100,
    "null": b"null",
    "number": b"1e999",
    "nan": b'{"id": NaN}',
    "array": b"[]",
    "empty object": b"{}",
    "nested arrays": b"[" * 100_000,
    "nested objects": b'{"a":' * 100_000,
    "lone surrogate": b'{"id": "\\ud83d", "type": "mention", "account": {"acct": "\\udc00x"}}',
    "cut": b'{"id": "1", "type": "men',
    "many fields": b"&".join(b"a%d=1" % number for number in range(5_000)),
    "huge": b"x" * (9 * 1024 * 1024),
    "html": b"<html><body>502 Bad Gateway</body></html>",
    "percent": b"%" * 10_000,
}

every_channel = pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.name)


@every_channel
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_end_in_a_reading_or_a_typed_error(channel: Channel, name: str) -> None:
    started = time.process_time()
    _read(channel, HOSTILE[name])
    assert time.process_time() - started < MOST_SECONDS


@every_channel
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=some.data())
def test_damaged_fixtures_end_in_a_reading_or_a_typed_error(channel: Channel, data: some.DataObject) -> None:
    own = [case for case in cases() if case.channel is channel]
    if not own:
        pytest.skip("no fixtures in this form")
    case = data.draw(some.sampled_from(own))
    _read(channel, data.draw(_damaged(case.raw)), dict(case.facts))


def _damaged(raw: bytes) -> some.SearchStrategy[bytes]:
    """Some bytes replaced, or the end cut off."""
    place = some.integers(0, max(0, len(raw) - 1))
    replaced = some.tuples(place, some.binary(max_size=8)).map(
        lambda drawn: raw[: drawn[0]] + drawn[1] + raw[drawn[0] + len(drawn[1]) :]
    )
    return some.one_of(replaced, place.map(lambda at: raw[:at]))


@pytest.mark.parametrize("case", cases(), ids=str)
def test_every_value_may_be_of_another_type(case: Case) -> None:
    """Each value of the fixture's JSON in turn becomes each of OTHER, or goes away."""
    try:
        value = json.loads(case.raw)
    except ValueError:
        return
    for changed in _retyped(value):
        _read(case.channel, json.dumps(changed).encode(), dict(case.facts))


OTHER: list[object] = [None, True, 0, -1, 10**30, 1.5, "", "x\0y", "\ud83d", [], [None], [[]], {}, {"id": []}]


def _retyped(value: object) -> Iterator[object]:
    yield from OTHER
    if isinstance(value, dict):
        for name in value:
            yield {key: one for key, one in value.items() if key != name}
            for new in _retyped(value[name]):
                yield {**value, name: new}
    if isinstance(value, list):
        for at, one in enumerate(value):
            for new in _retyped(one):
                yield [*value[:at], new, *value[at + 1 :]]


def _read(channel: Channel, raw: bytes, facts: dict[str, str] | None = None) -> None:
    """Reads, and checks that what came out can be stored: UTF-8, no NUL."""
    try:
        readings = channel.read(raw, facts or {})
    except ParserFault as error:
        raise AssertionError(f"an untyped error on {raw[:500]!r}") from error
    except Unreadable:
        return
    for reading in readings:
        # Six characters that somebody typed are no NUL.
        wire = reading.message.to_bytes().replace(b"\\\\", b"")
        assert b"\\u0000" not in wire
        channel.identity_parts(raw, reading.message, facts or {})
