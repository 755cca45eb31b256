"""Languages."""

from collections.abc import Iterator, Sequence

from classifiers.language.detect import language_of
from classifiers.training import sources as sets
from tests.benchmarks.understanding.table import DATA, Line


def languages() -> Iterator[Line]:
    """Languages; every set but one is English."""

    def share(texts: Sequence[str], code: str) -> str:
        return f"{sum(language_of(text) == code for text in texts) / len(texts):.3f}"

    enquiries = [one["text"] for one in sets.records(DATA, "service_enquiries", "dev")]
    yield Line("language: English, short", "ours", share(enquiries, "en"), "0.99")
    yield Line(
        "language: Thai, short",
        "ours",
        share([row.text for row in sets.thai_rows(DATA, "dev")], "th"),
        "0.99",
    )
    yield Line(
        "language: 60 characters",
        "ours",
        share([row.text[:60] for row in sets.finance_rows(DATA, "dev")], "en"),
        "0.96",
    )
    subjects = [one["subject"] for one in sets.records(DATA, "email_spam", "dev") if one.get("subject")]
    yield Line("language: subjects of mails", "ours", share(subjects, "en"), "0.93")
