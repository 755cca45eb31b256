"""The one seam of all channels: what a reader raises is typed, and no text that leaves it holds half a character."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as some

from channels import contract
from channels.contract import Channel, Reading
from channels.registry import BY_NAME, CHANNELS
from schemas.errors import Nonsense, ParserFault, Unavailable, Unreadable
from schemas.message import Address, Attachment, Message
from schemas.wire import whole
from tests.contract.cases import cases
from workers.runtime.contract import Record


def deep(level: int = 0) -> int:
    return deep(level + 1)


RAISERS: dict[str, Callable[[], object]] = {
    "KeyError": lambda: dict[str, str]()["secret content"],
    "OverflowError": lambda: 2.0**10_000,
    "RecursionError": deep,
    "UnicodeDecodeError": lambda: b"\xff".decode("undefined"),
    "UnicodeEncodeError": lambda: "\ud800".encode(),
    "ZeroDivisionError": lambda: 1 // 0,
    "TypeError": lambda: len(7),  # type: ignore[arg-type]
}


@dataclass(frozen=True)
class Reader:
    """In place of a channel's parse."""

    call: Callable[[], object]

    def __call__(self, *_: object) -> object:
        return self.call()


def channel(monkeypatch: pytest.MonkeyPatch, call: Callable[[], object]) -> Channel:
    monkeypatch.setattr(contract, "load", lambda path: Reader(call))
    return BY_NAME["mail"]


@pytest.mark.parametrize("name", RAISERS)
def test_what_a_reader_raises_becomes_unreadable_without_its_words(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = channel(monkeypatch, RAISERS[name])
    with pytest.raises(ParserFault) as read:
        broken.read(b"", {})
    with pytest.raises(ParserFault):
        broken.identity_parts(b"", Message(channel="mail"), {})
    assert "secret" not in str(read.value)


@pytest.mark.parametrize("error", [Nonsense("no"), Unavailable("gone")])
def test_a_typed_error_stays_what_it_is(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> object:
        raise error

    with pytest.raises(type(error)):
        channel(monkeypatch, fails).read(b"", {})


def test_no_text_leaves_with_half_a_character_or_nul(monkeypatch: pytest.MonkeyPatch) -> None:
    odd = "a\ud800b\udc00\0\ud83d\ude00"
    message = Message(
        channel="mail",
        text=odd,
        sender=Address(kind="mail", value=odd, name=odd),
        to=[odd],
        problems=[odd],
        attachments=[Attachment(name=odd, media_type="x/y", bytes=1, sha256="00")],
    )
    message = message.model_copy(update={"unknown": {odd: [odd]}})
    [reading] = channel(monkeypatch, lambda: [Reading(message, (b"x",))]).read(b"", {})
    assert reading.contents == (b"x",)
    assert b"\\u0000" not in reading.message.to_bytes()
    assert reading.message.text == reading.message.sender.value == "a\ufffdb\ufffd\ufffd😀"


def test_six_characters_that_somebody_typed_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = Message(channel="mail", text="\\u0000 and \\\\u0000")
    [reading] = channel(monkeypatch, lambda: [Reading(typed)]).read(b"", {})
    assert reading.message is typed


@given(some.text(some.characters(codec=None, categories=["Cs", "Lu", "So", "Cc"])))
def test_whole_text_can_always_be_stored_and_is_whole_already(text: str) -> None:
    mended = whole(text)
    mended.encode()
    assert "\0" not in mended
    assert whole(mended) == mended


EDGES = ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "0001-01-01", "9999-12-31T23:59:59Z",
         "253402300799", "-62135596800", "1e300", "-1", "nan", "inf", "Fri Dec 31 23:59:59 -2359 9999",
         "Mon Jan 01 00:00:00 +2359 0001"]  # fmt: skip


@pytest.mark.parametrize("one", CHANNELS, ids=lambda one: one.name)
def test_the_edges_of_the_calendar_are_read_on_every_channel(one: Channel) -> None:
    """Every value of every fixture in turn becomes each edge."""
    for case in cases():
        if case.channel is one:
            for raw in _with_edges(case.raw):
                _read(one, raw, case.facts)


def _with_edges(raw: bytes) -> list[bytes]:
    """Only what looks like a time is changed: the rest is test_every_value_may_be_of_another_type's."""
    try:
        value = json.loads(raw)
    except ValueError:
        return []
    return [json.dumps(changed).encode() for edge in EDGES for changed in _replaced(value, edge)]


def _replaced(value: object, edge: str) -> list[object]:
    found: list[object] = []
    if isinstance(value, dict):
        for name, one in value.items():
            found += [{**value, name: changed} for changed in _replaced(one, edge)]
    elif isinstance(value, list):
        for at, one in enumerate(value):
            found += [[*value[:at], changed, *value[at + 1 :]] for changed in _replaced(one, edge)]
    elif _is_time(value):
        found.append(edge)
        with suppress(ValueError):
            found.append(float(edge) if edge not in ("nan", "inf") else edge)
    return found


def _is_time(value: object) -> bool:
    text = str(value)
    return not isinstance(value, bool) and (
        (text.isdigit() and 9 <= len(text) <= 14) or text[:3] == "202" or text[-4:].startswith("202")
    )


def _read(one: Channel, raw: bytes, facts: Mapping[str, str]) -> None:
    try:
        readings = one.read(raw, facts)
    except ParserFault as error:
        raise AssertionError(f"{raw!r}: {error}") from error
    except Unreadable:
        return
    for reading in readings:
        one.identity_parts(raw, reading.message, facts)


@pytest.mark.parametrize(
    "ms", [-1, -62_167_219_200_000, 1_790_000_000_000_000, 2**63 - 1, -(2**63), 221_845_392_000_000]
)
def test_a_record_time_that_is_none_is_nonsense(ms: int) -> None:
    with pytest.raises(Nonsense):
        _ = Record("in", 0, 0, ms, None, None).at
