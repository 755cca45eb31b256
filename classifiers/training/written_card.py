"""The card of the heads on meaning: what they were made from, and how they did on texts that they had not seen."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifiers.corpus.text import KINDS, Label
from classifiers.danger import score_of
from classifiers.meaning.component import DANGER, PASSAGE
from classifiers.training.intervals import wilson
from classifiers.training.school import Learnt, School
from classifiers.training.written import SAFETY

CARD = "written.md"
_ABOUT = """# general: heads on meaning

Version `{version}`, {texts} training texts of `classifiers/corpus` (CC0) in {languages} languages, on vectors of the
multilingual universal sentence encoder 3 (`{encoder}`; weights by Google, Apache 2.0).

Made by `python -m classifiers.training.shipped DATA_FOLDER written`; the same texts and labels give the same heads. The
rubric of the labels stands in `classifiers/corpus/README.md`.

Each figure below is on training texts, judged by heads that had seen nothing of their batch (writer and topic): choices
were made on them, so expect a little less. `make evaluate` judges other writers' texts.

What is not known: the texts were written by few writers, who know what an organisation needs; what people send is
shorter, duller and odder. Labels beyond danger and kind are matters of judgement. Languages beside the fifteen are
read as far as they are like one of them; the encoder itself learnt sixteen, Hindi not among them. Danger told by its
consequences alone is missed more often than danger that is named; sarcasm without a clue is taken at its word.
Whether somebody means what he says about himself, no head can tell: self-harm is raised on suspicion.
"""


def write_card(folder: Path, school: School, learnt: Sequence[Learnt]) -> None:
    """Write `written.md`; no date: same texts, same card."""
    by_name = {one.head.name: one for one in learnt}
    head = by_name[DANGER].head
    languages = sorted({one.written.language for one in school.texts})
    about = _ABOUT.format(
        version=head.version, texts=len(school.texts), languages=len(languages), encoder=head.encoder
    )
    lines = [
        about,
        "| language | texts | kind | category | danger, recall | alarms, ordinary | alarms, near-misses |",
    ]
    lines += ["|---|---|---|---|---|---|---|"]
    names = np.array([one.written.language for one in school.texts])
    for language in [*languages, "all"]:
        chosen = names == language if language != "all" else np.ones(len(names), bool)
        lines.append("| " + " | ".join(_row(language, school, by_name, chosen)) + " |")
    (folder / CARD).write_text("\n".join(lines) + "\n", "utf-8")


def _row(
    language: str, school: School, by_name: dict[str, Learnt], chosen: NDArray[np.bool_]
) -> Iterator[str]:
    labels = [one.label for one in school.texts]
    kinds, categories = by_name["kind"], by_name["category"]
    said = np.array(KINDS)[kinds.scores.argmax(axis=1)]
    yield language
    yield str(int(chosen.sum()))
    right = np.array([label.kind == kind for label, kind in zip(labels, said, strict=True)])
    yield f"{right[chosen].mean():.2f}"
    yield f"{_right_categories(categories, labels, chosen):.2f}"
    dangers = zip(by_name[DANGER].scores[:, 0], by_name[PASSAGE].scores[:, 0], strict=True)
    alarms = np.array([score_of(float(a), float(b)) for a, b in dangers]) >= by_name[DANGER].head.threshold
    ordinary = ~school.dangerous & ~school.near
    for part in (school.dangerous, ordinary, school.near):
        yield _share(alarms[part & chosen])


def _right_categories(learnt: Learnt, labels: Sequence[Label], chosen: NDArray[np.bool_]) -> float:
    right = []
    for place, scores in zip(learnt.judged.tolist(), learnt.scores, strict=True):
        label = labels[place]
        if chosen[place] and label.category != SAFETY:
            said = learnt.head.labels[int(scores.argmax())]
            right.append(said in (label.category, label.second))
    return float(np.mean(right)) if right else 0.0


def _share(hits: NDArray[np.bool_]) -> str:
    low, high = wilson(int(hits.sum()), len(hits))
    return f"{hits.mean() if len(hits) else 0:.2f} ({low:.2f} to {high:.2f})"
