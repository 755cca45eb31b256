"""Complaint or not in short posts of a domain that the model has never seen: each source in turn is held out.

A model learns where its texts come from as much as what they say. So the head for posts is trained, and calibrated,
without a source, by the recipe of the shipped one, and judged on that source's short texts as if they were posts.
What is judged is the whole answer: head, cues and rules together. Beside it the yardsticks in the same run: to call
everything a complaint, and a linear SVM on TF-IDF that an engineer trains on the same labelled sources.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from classifiers.assessor import PackClassifier
from classifiers.kind import GRIEVANCE, POST_HEAD
from classifiers.pipeline import heads_of
from classifiers.registry import load
from classifiers.training import Row
from classifiers.training.grievances import LABELLED, grievance_rows, labelled_rows
from classifiers.training.head import train_head
from classifiers.training.options import silent
from classifiers.training.shipped import POSTS
from tests.benchmarks.understanding.table import DATA, Line, assessed, f1

LONGEST = 280


def posts() -> Iterator[Line]:
    """F1 of complaint for each source held out, and the mean."""
    rows = grievance_rows(DATA, POSTS.seed)
    general = load("general")
    found = []
    for source in LABELLED:
        judged = [row for split in ("train", "dev") for row in labelled_rows(DATA, source, split)]
        judged = [row for row in judged if len(row.text) <= LONGEST]
        others = [row for row in rows if row.group != source]
        found.append(_held_out(general, others, judged, source))
        what = f"complaint in short texts, {source} held out, F1"
        yield Line(what, "ours", f"{found[-1]:.3f}")
        yield Line(what, "TF-IDF + LinearSVC", f"{_plain(others, judged):.3f}")
        yield Line(what, "everything complains", f"{_figure(judged, [True] * len(judged)):.3f}")
    yield Line(
        "complaint in short texts of unseen domains, mean", "ours", f"{sum(found) / len(found):.3f}", "0.68"
    )


def _held_out(general: PackClassifier, rows: list[Row], judged: list[Row], source: str) -> float:
    options = replace(POSTS, judged_on=tuple(one for one in LABELLED if one != source))
    head = train_head(general.nlp, POST_HEAD, rows, options, silent).head
    heads = heads_of(general.nlp)
    heads[:] = [one for one in heads if one.name != POST_HEAD] + [head]
    answers = assessed(general, [row.text for row in judged], "mastodon")
    return _figure(judged, [one.kind == "complaint" for one in answers])


def _plain(rows: list[Row], judged: list[Row]) -> float:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    known = [row for row in rows if row.group in LABELLED]
    reader = TfidfVectorizer()
    model = LinearSVC(random_state=1).fit(
        reader.fit_transform([row.text for row in known]), [row.label for row in known]
    )
    said = model.predict(reader.transform([row.text for row in judged]))
    return _figure(judged, [one == GRIEVANCE for one in said])


def _figure(judged: Sequence[Row], said: Sequence[bool]) -> float:
    return f1([row.label == GRIEVANCE for row in judged], said)
