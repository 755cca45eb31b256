"""JSON from outside: read what can be read, refuse the rest by type."""

import pytest

from channels.json_body import MOST_BYTES, clean, read_json, read_object
from schemas.errors import TooLarge, Unreadable


def test_values_are_read() -> None:
    assert read_json('{"a": [1, "ü", null]}'.encode()) == {"a": [1, "ü", None]}


def test_a_lone_surrogate_becomes_a_mark_and_a_pair_stays() -> None:
    assert read_json(rb'{"a": "\ud83d x \udc00", "b": "\ud83d\ude00", "c": "\\ud83d"}') == {
        "a": "\ufffd x \ufffd",
        "b": "😀",
        "c": "\\ud83d",
    }


def test_broken_utf_8_becomes_a_mark() -> None:
    assert read_json(b'{"a": "x\xffy"}') == {"a": "x\ufffdy"}


@pytest.mark.parametrize("raw", [b"", b"{", b"[" * 100_000, b"nope", b"{} {}"])
def test_what_is_no_json_is_unreadable(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        read_json(raw)


def test_a_huge_body_is_too_large() -> None:
    with pytest.raises(TooLarge):
        read_json(b" " * (MOST_BYTES + 1))


def test_only_an_object_is_an_object() -> None:
    with pytest.raises(Unreadable, match="list"):
        read_object(b"[]")


def test_clean_text_can_be_stored() -> None:
    assert clean("a\0b\ud800c\r\nd\re") == "abc\nd\ne"
