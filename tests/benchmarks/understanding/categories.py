"""Routing categories of financial complaints."""

from collections.abc import Iterator

from classifiers.registry import load
from classifiers.training import evaluate
from classifiers.training import sources as sets
from tests.benchmarks.understanding.table import DATA, Line, tf_idf_svc


def finance() -> Iterator[Line]:
    """CFPB categories."""
    judged = sets.finance_rows(DATA, "dev")
    scores = evaluate(load("finance"), judged).scores
    covered = dict(scores.coverage)[0.8]
    yield Line(
        "category, macro-F1 / ECE / accuracy at 80 %",
        "ours",
        f"{scores.macro_f1:.3f} / {scores.calibration_error:.3f} / {covered:.3f}",
        "0.81 / 0.015 / 0.915",
    )
    yield Line(
        "category, macro-F1",
        "TF-IDF + LinearSVC",
        f"{tf_idf_svc(sets.finance_rows(DATA, 'train'), judged):.3f}",
    )
