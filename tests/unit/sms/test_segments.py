"""GSM-7 and UCS-2: which one, how many segments, how many bits."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from channels.sms.segments import SEPTETS, is_gsm7, measure, septets


@pytest.mark.parametrize(
    ("text", "encoding", "count"),
    [
        ("", "GSM-7", 1),
        ("a" * 160, "GSM-7", 1),
        ("a" * 161, "GSM-7", 2),
        ("a" * 306, "GSM-7", 2),
        ("a" * 307, "GSM-7", 3),
        ("€" * 80, "GSM-7", 1),
        ("€" * 81, "GSM-7", 2),
        ("ç" * 70, "UCS-2", 1),
        ("ç" * 71, "UCS-2", 2),
        ("ç" * 134, "UCS-2", 2),
        ("ç" * 135, "UCS-2", 3),
        ("😀" * 35, "UCS-2", 1),
        ("😀" * 36, "UCS-2", 2),
    ],
)
def test_a_text_has_its_encoding_and_segments(text: str, encoding: str, count: int) -> None:
    measured = measure(text)
    assert (measured.encoding, measured.count) == (encoding, count)


def test_an_extension_character_is_not_split() -> None:
    """152 septets fit the first segment; the euro would need the 153rd and 154th."""
    assert measure("a" * 152 + "€" + "a" * 152).count == 3
    assert measure("a" * 153 + "€" + "a" * 151).count == 2


def test_a_surrogate_pair_is_not_split() -> None:
    assert measure("ж" * 66 + "😀" + "ж" * 66).count == 3
    assert measure("ж" * 67 + "😀" + "ж" * 65).count == 2


def test_bits_count_headers_only_when_there_are_several() -> None:
    assert measure("a" * 160).total_bits == 1120
    assert measure("a" * 161).message_bits == 1127
    assert measure("a" * 161).total_bits == 1127 + 2 * 48


def test_septets_follow_the_alphabet() -> None:
    assert septets("@Δ a€") == bytes([0x00, 0x10, 0x20, 0x61, 0x1B, 0x65])
    assert len(SEPTETS) == 127 + 10


@given(some.text(alphabet=some.sampled_from(sorted(SEPTETS))))
def test_gsm_text_never_costs_more_than_a_segment_for_each_73_characters(text: str) -> None:
    assert is_gsm7(text)
    assert measure(text).count <= max(1, -(-len(text) // 76) + 1)


@given(some.text())
def test_segments_hold_the_bits(text: str) -> None:
    measured = measure(text)
    assert measured.message_bits <= measured.count * 1120
    assert (measured.encoding == "GSM-7") == is_gsm7(text)
