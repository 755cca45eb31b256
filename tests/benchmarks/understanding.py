"""How well texts are understood: one table, ours and the baselines in the same run.

`python -m tests.benchmarks.understanding [PART…]`.

Needs the folder of public data sets (UNDERSTANDING_DATA, else ../shared/data beside the project). Development halves
only: what is printed here was looked at while the rules were written.
"""

import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from classifiers.assessor import PackClassifier
from classifiers.contract import Text
from classifiers.language.detect import language_of
from classifiers.pipeline import blank
from classifiers.registry import load
from classifiers.similarity.compare import compare
from classifiers.similarity.store import WINDOW, NearTexts
from classifiers.training import Row, evaluate
from classifiers.training import sources as sets
from classifiers.training.metrics import macro_f1
from schemas.assessment import Assessment

FIXTURES = Path(__file__).parents[1] / "fixtures" / "understanding"
BATCH, LAST = 500, 10_000
"""Texts put into the window at once, and those whose time is told: with all the others before them."""
DATA = Path(os.environ.get("UNDERSTANDING_DATA", Path(__file__).parents[3] / "shared" / "data"))


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


def _assessed(pack: PackClassifier, texts: Sequence[str], channel: str = "") -> Sequence[Assessment]:
    return pack.assess(Text(text, channel=channel) for text in texts)


def _tf_idf_svc(train: Sequence[Row], judged: Sequence[Row]) -> float:
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
        f"{_tf_idf_svc(sets.finance_rows(DATA, 'train'), judged):.3f}",
    )


def speed() -> Iterator[Line]:
    """Documents per CPU-second of one core, everything on; the tokenizer alone tells what this machine can do."""
    texts = [row.text for row in sets.finance_rows(DATA, "dev")]
    pack = load("finance")
    _assessed(pack, texts[:500])
    for name, some in (("long", texts), ("100 characters", [text[:100] for text in texts])):
        started = time.process_time()
        _assessed(pack, some)
        wanted = "2500" if name == "long" else ""
        yield Line(
            f"speed, {name}, with reasons",
            "ours",
            f"{len(some) / (time.process_time() - started):.0f}/s",
            wanted,
        )
        with pack.nlp.memory_zone():
            started = time.process_time()
            for text in some:
                pack.nlp.make_doc(text)
            spent = time.process_time() - started
        yield Line(f"speed, {name}", "spaCy tokenizer alone, warm", f"{len(some) / spent:.0f}/s")
    cold = blank()
    started = time.process_time()
    for text in texts[:1500]:
        with cold.memory_zone():
            cold.make_doc(text)
    yield Line(
        "speed, long", "spaCy tokenizer alone, cold", f"{1500 / (time.process_time() - started):.0f}/s"
    )


def kinds() -> Iterator[Line]:
    """Kinds of message in domain, posts out of domain, Thai posts."""
    general = load("general")
    judged = sets.kind_rows(DATA, "dev")
    names = sorted({row.label for row in judged} | {"other"})
    said = [one.kind for one in _assessed(general, [row.text for row in judged])]
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
        f"{_tf_idf_svc(sets.kind_rows(DATA, 'train'), judged):.3f}",
    )
    posts = [
        line.split("\t")
        for line in (FIXTURES / "posts.tsv").read_text("utf-8").splitlines()
        if line[0] != "#"
    ]
    complains = [
        one.kind == "complaint" for one in _assessed(general, [text for _, text in posts], "mastodon")
    ]
    yield Line(
        "complaint in posts of no training set, F1",
        "ours",
        f"{f1([mark == '1' for mark, _ in posts], complains):.3f}",
        "0.68",
    )
    thai = sets.thai_rows(DATA, "dev")
    complains = [
        one.kind == "complaint" for one in _assessed(general, [row.text for row in thai], "mastodon")
    ]
    yield Line(
        "Thai complaint, F1",
        "ours",
        f"{f1([row.label == 'complaint' for row in thai], complains):.3f}",
        "0.72",
    )


def health() -> Iterator[Line]:
    """Patient feedback."""
    pack = load("health")
    polar = sets.patient_rows(DATA, "dev", "polarity")
    said = [one.kind == "complaint" for one in _assessed(pack, [row.text for row in polar])]
    yield Line(
        "patients: complaint, F1",
        "ours",
        f"{f1([row.label == 'complaint' for row in polar], said):.3f}",
        "0.81",
    )
    severe = sets.patient_rows(DATA, "dev", "severity")
    levels = ["low", "medium", "high"]
    truth = np.array([levels.index(row.label) for row in severe])
    given = np.array([levels.index(one.severity) for one in _assessed(pack, [row.text for row in severe])])
    yield Line("patients: severity, macro-F1", "ours", f"{macro_f1(truth, given, 3):.3f}", "0.60")
    yield Line(
        "patients: severity, macro-F1",
        "TF-IDF + LinearSVC",
        f"{_tf_idf_svc(sets.patient_rows(DATA, 'train', 'severity'), severe):.3f}",
    )
    labels = sets.patient_rows(DATA, "dev", "label")
    yield Line("patients: category, macro-F1", "ours", f"{evaluate(pack, labels).scores.macro_f1:.3f}")


def safety() -> Iterator[Line]:
    """Incidents found, and alarms where there is none."""
    general = load("general")

    def share(texts: Sequence[str]) -> float:
        return sum(one.safety.hit for one in _assessed(general, texts)) / len(texts)

    vehicles = [
        one for split in ("train", "dev") for one in sets.records(DATA, "vehicle_safety_complaints", split)
    ]
    yield Line(
        "safety: recall on vehicle incidents",
        "ours",
        f"{share([one['text'] for one in vehicles if one['incident_hint']]):.3f}",
        "0.92",
    )
    yield Line(
        "safety: hits on bank complaints",
        "ours",
        f"{share([row.text for row in sets.finance_rows(DATA, 'dev')]):.3f}",
        "at most 0.04",
    )
    praise = [row.text for row in sets.patient_rows(DATA, "dev", "polarity") if row.label == "praise"]
    yield Line("safety: hits on praise", "ours", f"{share(praise):.3f}", "at most 0.03")
    rubric = [
        line.split("\t")
        for line in (FIXTURES / "rubric.tsv").read_text("utf-8").splitlines()
        if line[0] != "#"
    ]
    answers = _assessed(general, [text for *_, text in rubric])
    urgent = [one.priority == "urgent" for one in answers]
    life = [label == "life" for label, *_ in rubric]
    recall = sum(a and b for a, b in zip(life, urgent, strict=True)) / sum(life)
    alarms = sum(b and not a for a, b in zip(life, urgent, strict=True)) / (len(life) - sum(life))
    yield Line(f"rubric of {len(rubric)}: danger to life is urgent", "ours", f"{recall:.3f}", "0.97")
    yield Line("rubric: false alarms", "ours", f"{alarms:.3f}", "at most 0.02")


def near_copies() -> Iterator[Line]:
    """Pairs; the store end to end; and the store with a full window (NEAR_WINDOW texts, a million by default)."""
    pairs = list(sets.records(DATA, "cfpb_near_duplicate_pairs", "dev"))
    truth = [bool(one["duplicate"]) for one in pairs]
    said = [compare(one["a"]["text"], one["b"]["text"]).verdict == "duplicate" for one in pairs]
    yield Line("near-duplicate pairs, F1", "ours, exact", f"{f1(truth, said):.3f}")
    store = NearTexts(10_000)
    started = time.process_time()
    near = store.add([one[side]["text"] for one in pairs for side in ("a", "b")])
    spent = time.process_time() - started
    found = [
        any(neighbour.number == first for neighbour in others)
        for (first, _), (_, others) in zip(near[::2], near[1::2], strict=True)
    ]
    recall = sum(a and b for a, b in zip(truth, found, strict=True)) / sum(truth)
    yield Line(
        "near-duplicates end to end, F1 / recall",
        "ours",
        f"{f1(truth, found):.3f} / {recall:.3f}",
        "0.99 / 0.99",
    )
    yield Line("near-duplicates end to end", "ours", f"{2 * len(pairs) / spent:.0f}/s", "5000")
    yield from full_window(int(os.environ.get("NEAR_WINDOW", WINDOW)))


def full_window(window: int) -> Iterator[Line]:
    """Fill a window with complaints as long as real ones: their words, changed in every round, so all are new."""
    rows, process = [row.text for row in sets.finance_rows(DATA, "train")], psutil.Process()
    before, store = process.memory_info().rss, NearTexts(window)
    spent: deque[float] = deque(maxlen=LAST // BATCH)
    while len(store) < window:
        turn, place = divmod(len(store), len(rows) - BATCH)
        sign = "".join(chr(ord("a") + int(digit)) for digit in str(turn)) + " "
        batch = [text.replace(" ", sign) for text in rows[place : place + BATCH]]
        started = time.process_time()
        store.add(batch)
        spent.append(time.process_time() - started)
    resident = (process.memory_info().rss - before) / 1e6
    about = f"near-duplicates, window of {window:,}"
    yield Line(f"{about}: the last {LAST:,}", "ours", f"{LAST / sum(spent):.0f}/s", "5000")
    wanted = "600 MB" if window == WINDOW else ""
    yield Line(f"{about}: memory", "ours", f"{resident:.0f} MB ({store.bytes / 1e6:.0f} arrays)", wanted)


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


PARTS: dict[str, Callable[[], Iterator[Line]]] = {
    "finance": finance,
    "speed": speed,
    "kinds": kinds,
    "health": health,
    "safety": safety,
    "near": near_copies,
    "languages": languages,
}


def main(chosen: Sequence[str]) -> None:
    """Print the table, part by part."""
    print(f"{'what':<48} {'who':<28} {'figure':<24} wanted")
    for part in chosen or list(PARTS):
        for line in PARTS[part]():
            print(f"{line.what:<48} {line.who:<28} {line.figure:<24} {line.wanted}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
