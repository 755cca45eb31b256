"""Complaint or not in short posts of a domain that the model has never seen: each source in turn is held out.

A model learns where its texts come from as much as what they say. So the head for posts is trained without a source,
by the recipe of the shipped one, and judged on that source's short texts as if they were posts. What is judged is the
whole answer: head, cues and rules together.
"""

from collections.abc import Iterator

from classifiers.assessor import PackClassifier
from classifiers.pipeline import heads_of
from classifiers.registry import load
from classifiers.training import Row
from classifiers.training import sources as sets
from classifiers.training.head import train_head
from classifiers.training.options import silent
from classifiers.training.shipped import POSTS
from tests.benchmarks.understanding.table import DATA, Line, assessed, f1

HELD_OUT = ("patients", "rental", "spoken")
"""The sources whose short texts are told apart by people: some complain and some do not."""
LONGEST = 280


def posts() -> Iterator[Line]:
    """F1 of complaint for each source held out, and the mean."""
    rows = sets.grievance_rows(DATA, POSTS.seed)
    general = load("general")
    found = []
    for source in HELD_OUT:
        judged = _judged(source)
        figure = _held_out(general, [row for row in rows if row.group != source], judged)
        everything = f1([one.label == "complaint" for one in judged], [True] * len(judged))
        found.append(figure)
        yield Line(f"complaint in short texts, {source} held out, F1", "ours", f"{figure:.3f}")
        yield Line(f"complaint in short texts, {source}, F1", "everything complains", f"{everything:.3f}")
    yield Line(
        "complaint in short texts of unseen domains, mean", "ours", f"{sum(found) / len(found):.3f}", "0.68"
    )


def _held_out(general: PackClassifier, rows: list[Row], judged: list[Row]) -> float:
    head = train_head(general.nlp, "tone", rows, POSTS, silent).head
    heads = heads_of(general.nlp)
    heads[:] = [one for one in heads if one.name != "tone"] + [head]
    said = [one.kind == "complaint" for one in assessed(general, [row.text for row in judged], "mastodon")]
    return f1([row.label == "complaint" for row in judged], said)


def _judged(source: str) -> list[Row]:
    if source == "patients":
        found = [row for split in ("train", "dev") for row in sets.patient_rows(DATA, split, "polarity")]
    elif source == "rental":
        found = [
            Row(one["text"], one["polarity"])
            for split in ("train", "dev")
            for one in sets.records(DATA, "car_rental_feedback", split)
            if one.get("polarity")
        ]
    else:
        found = [
            Row(one["text"], "complaint" if one["problem"] else "none")
            for split in ("train", "dev")
            for one in sets.records(DATA, "service_requests_multi_intent", split)
        ]
    return [row for row in found if len(row.text) <= LONGEST]
