"""Old texts in which nobody is in danger, beside the corpus: letters to banks, mails, praise.

Among the thirty sentences of a letter one always sounds a little like danger; only such letters can teach that it is
none. They weigh little: what they say of kinds and categories is not asked at all.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from classifiers.encoder.universal import universal
from classifiers.lexicon.component import FINDINGS
from classifiers.meaning.features import rows_of
from classifiers.pipeline import blank
from classifiers.training.sources import finance_rows, kind_rows, patient_rows
from classifiers.training.vectors import ALWAYS, Lesson

WEIGHT = 0.05
"""Of one text, and of each of its passages, beside a text of the corpus."""
_EACH = 400
_OTHER_KINDS = ("spam", "automatic", "enquiry", "other")


def calm_texts(data: Path) -> list[str]:
    """Old texts without a safety phrase; the same data give the same texts."""
    praise = [row.text for row in patient_rows(data, "train", "polarity") if row.label == "praise"]
    rest = [row.text for row in kind_rows(data, "train") if row.label in _OTHER_KINDS]
    sources = ([row.text for row in finance_rows(data, "train")], rest, praise)
    chosen = [text for source in sources for text in source[:: max(1, len(source) // _EACH)]]
    nlp = blank()
    return [
        text
        for text, doc in zip(chosen, nlp.pipe(chosen), strict=True)
        if not any(one.kind == "safety" for one in doc.user_data[FINDINGS])
    ]


def with_calm(lesson: Lesson, texts: Sequence[str], passages: bool) -> Lesson:
    """The lesson and the calm texts beside it, whole or passage by passage; they are never judged."""
    encoded = universal().encode(texts)
    rows = np.concatenate([one.vectors for one in encoded]) if passages else rows_of(texts, encoded)
    return Lesson(
        lesson.name,
        lesson.labels,
        np.concatenate([lesson.rows, rows]),
        np.concatenate([lesson.truth, np.zeros((len(rows), 1), np.int64)]),
        np.concatenate([lesson.weights, np.full(len(rows), WEIGHT)]),
        np.concatenate([lesson.batches, np.full(len(rows), ALWAYS)]),
    )
