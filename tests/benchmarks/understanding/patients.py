"""Feedback of patients: who complains, and how severely."""

from collections.abc import Iterator

import numpy as np

from classifiers.registry import load
from classifiers.training import evaluate
from classifiers.training import sources as sets
from classifiers.training.metrics import macro_f1
from tests.benchmarks.understanding.table import DATA, Line, assessed, f1, tf_idf_svc


def health() -> Iterator[Line]:
    """Patient feedback."""
    pack = load("health")
    polar = sets.patient_rows(DATA, "dev", "polarity")
    said = [one.kind == "complaint" for one in assessed(pack, [row.text for row in polar])]
    yield Line(
        "patients: complaint, F1",
        "ours",
        f"{f1([row.label == 'complaint' for row in polar], said):.3f}",
        "0.81",
    )
    severe = sets.patient_rows(DATA, "dev", "severity")
    levels = ["low", "medium", "high"]
    truth = np.array([levels.index(row.label) for row in severe])
    given = np.array([levels.index(one.severity) for one in assessed(pack, [row.text for row in severe])])
    yield Line("patients: severity, macro-F1", "ours", f"{macro_f1(truth, given, 3):.3f}", "0.60")
    yield Line(
        "patients: severity, macro-F1",
        "TF-IDF + LinearSVC",
        f"{tf_idf_svc(sets.patient_rows(DATA, 'train', 'severity'), severe):.3f}",
    )
    labels = sets.patient_rows(DATA, "dev", "label")
    yield Line("patients: category, macro-F1", "ours", f"{evaluate(pack, labels).scores.macro_f1:.3f}")
