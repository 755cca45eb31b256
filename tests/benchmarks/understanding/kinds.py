"""What sort of message a text is."""

from collections.abc import Iterator

import numpy as np

from classifiers.registry import load
from classifiers.training import sources as sets
from classifiers.training.metrics import macro_f1
from tests.benchmarks.understanding.table import DATA, Line, assessed, f1, fixture, tf_idf_svc


def kinds() -> Iterator[Line]:
    """Kinds of message in domain, posts out of domain, Thai posts."""
    general = load("general")
    judged = sets.kind_rows(DATA, "dev")
    names = sorted({row.label for row in judged} | {"other"})
    said = [one.kind for one in assessed(general, [row.text for row in judged])]
    truth = np.array([names.index(row.label) for row in judged])
    yield Line(
        "kind in domain, macro-F1",
        "ours",
        f"{macro_f1(truth, np.array([names.index(one) for one in said]), 6):.3f}",
        "0.957",
    )
    yield Line(
        "kind in domain, macro-F1",
        "TF-IDF + LinearSVC",
        f"{tf_idf_svc(sets.kind_rows(DATA, 'train'), judged):.3f}",
    )
    posts = fixture("posts.tsv")
    complains = [
        one.kind == "complaint" for one in assessed(general, [text for _, text in posts], "mastodon")
    ]
    yield Line(
        "complaint in posts of no training set, F1",
        "ours",
        f"{f1([mark == '1' for mark, _ in posts], complains):.3f}",
        "0.68",
    )
    thai = sets.thai_rows(DATA, "dev")
    complains = [one.kind == "complaint" for one in assessed(general, [row.text for row in thai], "mastodon")]
    yield Line(
        "Thai complaint, F1",
        "ours",
        f"{f1([row.label == 'complaint' for row in thai], complains):.3f}",
        "0.72",
    )
