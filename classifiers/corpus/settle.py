"""What holds where two readers differ and no third one has said: the writer's word, with the other category beside it.

The first reader wrote the text and knows what happened; whether it was well told only others can say. A line of
`labels/settled` that is there already stays as it is.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from classifiers.corpus.agreement import differs
from classifiers.corpus.store import FIRST, HOME, SECOND, SETTLED, languages, read_labels, write_labels
from classifiers.corpus.text import Label

_SAFETY = "safety"


def settle(home: Path = HOME) -> Iterator[str]:
    """Settle whatever is open, a line of counts for each language."""
    for language in languages(home):
        first, second, settled = (read_labels(reader, language, home) for reader in (FIRST, SECOND, SETTLED))
        kept = {id_: label for id_, label in settled.items() if id_ in first}
        found = {
            id_: between(label, second[id_])
            for id_, label in first.items()
            if id_ in second and id_ not in kept and differs(label, second[id_])
        }
        both = kept | found
        write_labels(SETTLED, language, {id_: both[id_] for id_ in first if id_ in both}, home)
        yield f"{language}: {len(found)} settled, {len(kept)} stand as they were"


def between(first: Label, second: Label) -> Label:
    """The first label; the second one's category is as right where the first names no second itself."""
    free = not first.second and second.category not in (first.category, _SAFETY)
    return replace(first, second=second.category) if free else first
