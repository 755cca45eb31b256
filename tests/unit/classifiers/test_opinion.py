"""Two opinions on a kind: each heard where it knows the text, and what neither knows is left to a person."""

from collections.abc import Mapping

import pytest

from classifiers.kind import KINDS
from classifiers.opinion import Opinion, of_two, to_a_person

WORDS = Opinion("praise", 0.9, False)


@pytest.mark.parametrize(
    ("words", "meaning", "familiar", "danger", "kind", "unread"),
    [
        (WORDS, {"complaint": 0.8, "praise": 0.2}, 0.0, False, "complaint", False),
        (WORDS, {"complaint": 0.8, "praise": 0.2}, 1.0, False, "praise", False),
        (WORDS, {"complaint": 0.95, "praise": 0.05}, 1.0, False, "complaint", False),
        (WORDS, {"complaint": 0.6, "praise": 0.4}, 0.5, False, "praise", False),
        (WORDS, {"spam": 0.95, "complaint": 0.05}, 0.0, False, "spam", False),
        (WORDS, {"spam": 0.55, "complaint": 0.3, "enquiry": 0.15}, 0.0, False, "complaint", False),
        (WORDS, {"spam": 0.95, "complaint": 0.05}, 0.0, True, "complaint", False),
        (WORDS, {"automatic": 1.0}, 0.0, True, "complaint", False),
        (WORDS, dict.fromkeys(KINDS, 1 / 6), 0.0, False, "other", True),
        (WORDS, dict.fromkeys(KINDS, 1 / 6), 0.0, True, "complaint", False),
        (Opinion("spam", 0.99, False), {"complaint": 0.9, "spam": 0.1}, 0.4, False, "complaint", False),
    ],
)
def test_opinions(
    words: Opinion, meaning: Mapping[str, float], familiar: float, danger: bool, kind: str, unread: bool
) -> None:
    found = of_two(words, meaning, familiar, danger)
    assert (found.kind, found.unread) == (kind, unread)
    assert 0 <= found.sure <= 1


@pytest.mark.parametrize("kind", KINDS)
def test_of_an_untaught_language_only_a_complaint_is_believed(kind: str) -> None:
    found = to_a_person(Opinion(next(one for one in KINDS if one == kind), 0.9, False))
    assert (found.kind, found.unread) == (("complaint", False) if kind == "complaint" else ("other", True))
