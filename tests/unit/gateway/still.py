"""A classifier for tests that ask only what surrounds it, and a parser with a fault."""

from collections.abc import Iterable, Mapping, Sequence

from classifiers.contract import Text
from schemas.assessment import Assessment, Safety
from schemas.names import ComplaintKind


def judged(kind: ComplaintKind, danger: bool) -> Assessment:
    """An assessment that says no more than this."""
    return Assessment(
        kind=kind,
        category="other",
        confidence=1.0,
        abstained=False,
        priority="normal",
        severity="low",
        safety=Safety(hit=danger),
    )


class Still:
    """Everything is a normal complaint."""

    pack = "still"

    def assess(self, texts: Iterable[Text]) -> Sequence[Assessment]:
        return [judged("complaint", False) for _ in texts]


def read(raw: bytes, facts: Mapping[str, str]) -> None:
    """As a channel's parser that nobody expected to fail."""
    raise ZeroDivisionError("odd")
