"""What two texts share: a run of six words, or of twelve characters where a language writes without spaces."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from classifiers.corpus.text import Written

WORDS, CHARACTERS = 6, 12
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
_UNSPACED_SHARE = 0.3
_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f\u0900-\u0dff]*[^\W_]*)*")
_GRAM = 5
_ALIKE = 0.5
"""Share of character runs that two texts have in common when they are near copies."""


def runs_of(text: str) -> set[str]:
    """The runs of a text, lower-cased, without marks and punctuation."""
    plain = unicodedata.normalize("NFKC", text).lower()
    if len(_UNSPACED.findall(plain)) > _UNSPACED_SHARE * len(plain):
        bare = "".join(one for one in plain if one.isalnum() or unicodedata.category(one)[0] == "M")
        return {bare[place : place + CHARACTERS] for place in range(len(bare) - CHARACTERS + 1)}
    words = _WORD.findall(plain)
    return {" ".join(words[place : place + WORDS]) for place in range(len(words) - WORDS + 1)}


def shared_runs(texts: Sequence[Written]) -> Iterator[tuple[str, str, str]]:
    """Pairs of texts with a run that both have: id of the later one, of the earlier one, the run."""
    seen: dict[str, str] = {}
    for one in texts:
        runs = runs_of(one.text)
        common = min((run for run in runs if run in seen), default=None)
        if common is not None:
            yield one.id, seen[common], common
        for run in runs:
            seen.setdefault(run, one.id)


def near_copies(texts: Sequence[Written]) -> Iterator[tuple[str, str, float]]:
    """Near copies across splits of one language: id in test, id in train, Jaccard of runs of five characters."""
    grams = {one.id: _grams(one.text) for one in texts}
    holders: dict[str, list[str]] = defaultdict(list)
    for one in texts:
        if one.split == "train":
            for gram in grams[one.id]:
                holders[gram].append(one.id)
    for one in texts:
        if one.split != "train":
            shared = Counter(id_ for gram in grams[one.id] for id_ in holders.get(gram, ()))
            for id_, count in shared.most_common(1):
                alike = count / (len(grams[one.id]) + len(grams[id_]) - count)
                if alike >= _ALIKE:
                    yield one.id, id_, alike


def _grams(text: str) -> set[str]:
    plain = "".join(one for one in unicodedata.normalize("NFKC", text).lower() if one.isalnum())
    return {plain[place : place + _GRAM] for place in range(max(1, len(plain) - _GRAM + 1))}
