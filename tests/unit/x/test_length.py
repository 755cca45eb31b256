"""Weight of a post."""

import pytest

from channels.x.length import weighted


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("", 0),
        ("a" * 280, 280),
        ("é", 1),
        ("e\u0301", 1),
        ("語", 2),
        ("😀", 2),
        ("see https://example.org/" + "x" * 100, 4 + 23),
        ("“quoted”", 8),
    ],
)
def test_a_text_has_its_weight(text: str, weight: int) -> None:
    assert weighted(text) == weight
