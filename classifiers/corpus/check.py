"""Is the corpus what its README says? Columns, shared runs, near copies across splits, counts, agreement."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from classifiers.corpus.agreement import agreement, differs
from classifiers.corpus.runs import near_copies, shared_runs
from classifiers.corpus.store import FIRST, HOME, SECOND, SETTLED, languages, read_labels, read_texts
from classifiers.corpus.text import CHANNELS, LANGUAGES, SECTORS, TONES, Label, Written

SHARED_SCENARIOS = 0.1
LEAST_AGREEMENT = 0.8
LEAST_DANGERS = 60
"""In the test part of each language, of dangers and of near-misses alike."""


def problems_of(home: Path = HOME) -> list[str]:
    """Everything that is wrong, one line each."""
    texts = [one for language in languages(home) for one in read_texts(language, home)]
    found = [*_columns(texts), *_scenarios(texts)]
    found += [f"{late} shares {run!r} with {early}" for late, early, run in shared_runs(texts)]
    for language in languages(home):
        own = [one for one in texts if one.language == language]
        found += [f"{a} is a near copy of {b} ({alike:.2f})" for a, b, alike in near_copies(own)]
        found += _labels(language, own, home)
    return found


def figures(home: Path = HOME) -> Iterator[str]:
    """Counts and agreement, a line for each language, then the whole."""
    total: Counter[str] = Counter()
    firsts: dict[str, Label] = {}
    seconds: dict[str, Label] = {}
    for language in languages(home):
        texts, first = read_texts(language, home), read_labels(FIRST, language, home)
        counts = counted(texts, first)
        total += counts
        firsts |= first
        seconds |= read_labels(SECOND, language, home)
        yield f"{language}: " + ", ".join(f"{name} {count}" for name, count in counts.items())
    yield "all: " + ", ".join(f"{name} {count}" for name, count in total.items())
    for name, (value, both) in agreement(firsts, seconds).items():
        yield f"agreement on {name}: " + (
            f"kappa {value:.3f} of {both} texts" if both else "no second reader yet"
        )


def counted(texts: Sequence[Written], labels: Mapping[str, Label]) -> Counter[str]:
    """How many texts of each split, kind and hazard; dangers, near-misses and marked ones."""
    counts: Counter[str] = Counter()
    for one in texts:
        label = labels[one.id]
        counts[one.split] += 1
        counts[label.kind] += 1
        if label.hazards:
            counts[f"{one.split} dangers"] += 1
        elif ".near" in one.batch:
            counts[f"{one.split} near-misses"] += 1
        counts["marked"] += one.danger is not None
        counts.update(label.hazards)
    return Counter({name: counts[name] for name in sorted(counts)})


def _columns(texts: Sequence[Written]) -> Iterator[str]:
    ids = Counter(one.id for one in texts)
    yield from (f"{id_} stands there {times} times" for id_, times in ids.items() if times > 1)
    for one in texts:
        for value, known, what in (
            (one.sector, SECTORS, "sector"),
            (one.channel, CHANNELS, "channel"),
            (one.tone, TONES, "tone"),
        ):
            if value not in known:
                yield f"{one.id}: {value!r} is no {what}"
        if (one.marked.count("⟦"), one.marked.count("⟧")) not in ((0, 0), (1, 1)):
            yield f"{one.id}: marks do not pair"


def _scenarios(texts: Sequence[Written]) -> Iterator[str]:
    users: dict[str, set[str]] = {}
    for one in texts:
        users.setdefault(one.scenario, set()).add(one.language)
    shared = sum(len(users[one.scenario]) > 1 for one in texts)
    if texts and shared > SHARED_SCENARIOS * len(texts):
        yield f"{shared} of {len(texts)} texts share their scenario with another language"


def _labels(language: str, texts: Sequence[Written], home: Path) -> Iterator[str]:
    first, second, settled = (read_labels(reader, language, home) for reader in (FIRST, SECOND, SETTLED))
    for one in texts:
        label = settled.get(one.id) or first.get(one.id)
        if label is None:
            yield f"{one.id} has no label"
        elif bool(label.hazards) != (label.category == "safety"):
            yield f"{one.id}: hazards and the category safety go together"
        elif one.danger is not None and not label.hazards:
            yield f"{one.id}: a marked sentence without hazard"
        if one.id in second and one.id not in settled and differs(first[one.id], second[one.id]):
            yield f"{one.id}: two readers differ and nobody settled it"
    counts = counted(texts, first)
    if language in LANGUAGES:
        for what in ("test dangers", "test near-misses"):
            if counts[what] < LEAST_DANGERS:
                yield f"{language}: {counts[what]} {what}, not {LEAST_DANGERS}"
    for name, (value, both) in agreement(first, second).items():
        if both and value < LEAST_AGREEMENT and name in ("kind", "danger"):
            yield f"{language}: agreement on {name} is {value:.2f}"
