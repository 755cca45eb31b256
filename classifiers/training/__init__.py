"""A pack from an organisation's own labelled texts, and how good it is. Needs the `train` extra (scikit-learn)."""

from classifiers.training.evaluate import Comparison, Report, compare, evaluate
from classifiers.training.options import Options, Progress
from classifiers.training.rows import BadData, Row, read_rows
from classifiers.training.train import train

__all__ = [
    "BadData",
    "Comparison",
    "Options",
    "Progress",
    "Report",
    "Row",
    "compare",
    "evaluate",
    "read_rows",
    "train",
]
