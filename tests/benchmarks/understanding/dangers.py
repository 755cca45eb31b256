"""Danger to people: found where it is, and not where it is not."""

from collections.abc import Iterator, Sequence

from classifiers.registry import load
from classifiers.training import sources as sets
from tests.benchmarks.understanding.table import DATA, Line, assessed, fixture


def safety() -> Iterator[Line]:
    """Incidents found, and alarms where there is none."""
    general = load("general")

    def share(texts: Sequence[str]) -> float:
        return sum(one.safety.hit for one in assessed(general, texts)) / len(texts)

    vehicles = [
        one for split in ("train", "dev") for one in sets.records(DATA, "vehicle_safety_complaints", split)
    ]
    yield Line(
        "safety: recall on vehicle incidents",
        "ours",
        f"{share([one['text'] for one in vehicles if one['incident_hint']]):.3f}",
        "0.92",
    )
    yield Line(
        "safety: hits on bank complaints",
        "ours",
        f"{share([row.text for row in sets.finance_rows(DATA, 'dev')]):.3f}",
        "at most 0.04",
    )
    praise = [row.text for row in sets.patient_rows(DATA, "dev", "polarity") if row.label == "praise"]
    yield Line("safety: hits on praise", "ours", f"{share(praise):.3f}", "at most 0.03")
    rubric = fixture("rubric.tsv")
    answers = assessed(general, [text for *_, text in rubric])
    urgent = [one.priority == "urgent" for one in answers]
    life = [label == "life" for label, *_ in rubric]
    recall = sum(a and b for a, b in zip(life, urgent, strict=True)) / sum(life)
    alarms = sum(b and not a for a, b in zip(life, urgent, strict=True)) / (len(life) - sum(life))
    yield Line(f"rubric of {len(rubric)}: danger to life is urgent", "ours", f"{recall:.3f}", "0.97")
    yield Line("rubric: false alarms", "ours", f"{alarms:.3f}", "at most 0.02")
