"""What every part of the benchmark shares: a line of the table, the data, the baseline."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from classifiers.assessor import PackClassifier
from classifiers.contract import Text
from classifiers.training import Row
from classifiers.training.metrics import macro_f1
from schemas.assessment import Assessment

FIXTURES = Path(__file__).parents[2] / "fixtures" / "understanding"
DATA = Path(os.environ.get("UNDERSTANDING_DATA", Path(__file__).parents[4] / "shared" / "data"))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: what, who, the figure, what it must be at least ("" for a baseline)."""

    what: str
    who: str
    figure: str
    wanted: str = ""


def f1(truth: Sequence[bool], said: Sequence[bool]) -> float:
    """F1 of the positive class."""
    hits = sum(a and b for a, b in zip(truth, said, strict=True))
    return 2 * hits / max(sum(truth) + sum(said), 1)


def assessed(pack: PackClassifier, texts: Sequence[str], channel: str = "") -> Sequence[Assessment]:
    """Assess texts as they would come on `channel`."""
    return pack.assess(Text(text, channel=channel) for text in texts)


def fixture(name: str) -> list[list[str]]:
    """The rows of a tab-separated file of the project's own examples."""
    lines = (FIXTURES / name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line[0] != "#"]


def tf_idf_svc(train: Sequence[Row], judged: Sequence[Row]) -> float:
    """What an engineer builds in an hour: TF-IDF and a linear SVM, as they come."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    reader = TfidfVectorizer()
    model = LinearSVC(random_state=1).fit(
        reader.fit_transform([row.text for row in train]), [row.label for row in train]
    )
    said = model.predict(reader.transform([row.text for row in judged]))
    names = sorted({row.label for row in train})
    number = {name: index for index, name in enumerate(names)}
    return macro_f1(
        np.array([number[row.label] for row in judged]), np.array([number[one] for one in said]), len(names)
    )
