"""How far two readers agree beyond chance: Cohen's kappa (1960)."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence

from classifiers.corpus.text import Label

ASPECTS = ("kind", "category", "danger", "severity")


def kappa(first: Sequence[Hashable], second: Sequence[Hashable]) -> float:
    """1 for full agreement, 0 for what chance gives; 1.0 when both say one and the same of everything."""
    size = len(first)
    if not size:
        return 1.0
    agreed = sum(a == b for a, b in zip(first, second, strict=True)) / size
    left, right = Counter(first), Counter(second)
    chance = sum(left[one] * right[one] for one in left) / size**2
    return 1.0 if chance == 1 else (agreed - chance) / (1 - chance)


def agreement(first: Mapping[str, Label], second: Mapping[str, Label]) -> dict[str, tuple[float, int]]:
    """For each aspect kappa and how many texts both readers labelled.

    A category counts as the same when the second reader says the first one's second category.
    """
    both = [(first[id_], second[id_]) for id_ in second if id_ in first]
    columns: dict[str, list[tuple[Hashable, Hashable]]] = {
        "kind": [(a.kind, b.kind) for a, b in both],
        "category": [(b.category if b.category == a.second else a.category, b.category) for a, b in both],
        "danger": [(bool(a.hazards), bool(b.hazards)) for a, b in both],
        "severity": [(a.severity, b.severity) for a, b in both],
    }
    return {
        name: (kappa([a for a, _ in pairs], [b for _, b in pairs]), len(pairs))
        for name, pairs in columns.items()
    }


def differs(first: Label, second: Label) -> bool:
    """Whether two labels have to be settled: another kind, danger or not, or a category that neither allows."""
    other_category = second.category not in (first.category, first.second)
    return first.kind != second.kind or bool(first.hazards) != bool(second.hazards) or other_category
