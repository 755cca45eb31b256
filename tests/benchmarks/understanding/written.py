"""What people write: the test part of the written corpus, by language and by sector, as the worker would read it.

Its writers, voices and scenes are others than those of the training part. Texts come on the channel that their writers
named. Beside each share stands its 95 % interval (Wilson).
"""

from collections.abc import Callable, Iterator, Sequence

from classifiers.contract import Text
from classifiers.corpus.store import languages, read_corpus
from classifiers.corpus.text import LANGUAGES, Labelled
from classifiers.registry import load
from classifiers.training.intervals import wilson
from schemas.assessment import Assessment
from tests.benchmarks.understanding.table import Line, f1

Judged = tuple[Labelled, Assessment]
_LONG = 300
_THREE = ("complaint", "enquiry", "praise")
_HARMLESS = ("low", "normal")


def written() -> Iterator[Line]:
    """The whole table."""
    judged = _judged(read_corpus("test"))
    served = [one for one in judged if one[0].written.language in LANGUAGES]
    if not served:
        return
    yield from _figures("all taught languages", served, wanted=True)
    for language in languages():
        own = [one for one in judged if one[0].written.language == language]
        name = language if language in LANGUAGES else f"{language} (not taught)"
        if own:
            yield from _figures(name, own, wanted=False)
    for sector in sorted({one.written.sector for one, _ in served}):
        yield from _figures(sector, [one for one in served if one[0].written.sector == sector], wanted=False)


def _judged(texts: Sequence[Labelled]) -> list[Judged]:
    asked = [Text(one.text, channel=one.written.channel) for one in texts]
    return list(zip(texts, load("general").assess(asked), strict=True))


def _figures(name: str, judged: Sequence[Judged], wanted: bool) -> Iterator[Line]:
    def line(what: str, figure: str, bar: str = "") -> Line:
        return Line(f"written, {name}: {what}", "ours", figure, bar if wanted else "")

    ordinary = [one for one in judged if not one[0].label.hazards]
    near = [one for one in ordinary if ".near" in one[0].written.batch]
    everyday = [one for one in ordinary if ".near" not in one[0].written.batch]
    dangers = [one for one in judged if one[0].label.hazards]
    hidden = [one for one in dangers if one[0].written.danger and len(one[0].text) >= _LONG]
    yield line("kind", _share(judged, _kind), "0.88")
    yield line("kind, macro of three", f"{_macro(judged):.2f}", "0.80")
    yield line("category, first", _share(ordinary, _first), "0.75")
    yield line("category, first two", _share(ordinary, _second), "0.88")
    yield line("priority", _share(judged, _priority), "0.88")
    yield line("danger, recall", _share(dangers, _alarm), "0.90")
    yield line("danger, alarms on ordinary texts", _share(everyday, _alarm), "at most 0.05")
    yield line("danger, alarms on near-misses", _share(near, _alarm), "at most 0.08")
    yield line(f"danger amid {_LONG} characters", _share(hidden, _alarm), "0.65")
    yield line("ordinary texts abstained on", _share(everyday, _abstained), "at most 0.15")


def _share(judged: Sequence[Judged], right: Callable[[Judged], bool]) -> str:
    hits = sum(map(right, judged))
    low, high = wilson(hits, len(judged))
    return f"{hits / max(len(judged), 1):.2f} ({low:.2f}-{high:.2f}) of {len(judged)}"


def _kind(one: Judged) -> bool:
    return one[0].label.kind == one[1].kind


def _macro(judged: Sequence[Judged]) -> float:
    scores = [
        f1([text.label.kind == kind for text, _ in judged], [said.kind == kind for _, said in judged])
        for kind in _THREE
    ]
    return sum(scores) / len(scores)


def _first(one: Judged) -> bool:
    return one[1].category in (one[0].label.category, one[0].label.second)


def _second(one: Judged) -> bool:
    said = {one[1].category, *(choice.label for choice in one[1].alternatives[:1])}
    return bool(said & {one[0].label.category, one[0].label.second})


def _priority(one: Judged) -> bool:
    """Danger is urgent, or high where it is minor; a complaint normal, or high where it is severe; the rest waits."""
    label, said = one[0].label, one[1].priority
    if label.hazards:
        return said == "urgent" or (said == "high" and label.severity != "high")
    if label.kind == "complaint":
        return said == "normal" or (said == "high" and label.severity == "high")
    return said in _HARMLESS


def _alarm(one: Judged) -> bool:
    return one[1].safety.hit


def _abstained(one: Judged) -> bool:
    return one[1].abstained
