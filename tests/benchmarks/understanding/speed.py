"""How many texts one core understands in a second of its own time.

Processor time, so that other load on the machine counts little; not nothing, because it takes the caches away. The
share of the speed of spaCy's tokenizer alone, in the same minute, is the steadier figure.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import spacy
from spacy.language import Language

from classifiers.pipeline import SHARED_PACK
from classifiers.registry import load
from classifiers.training import sources as sets
from gateway.garbage import look_seldom
from tests.benchmarks.understanding.table import DATA, Line, assessed

ROUNDS = 3
"""The best of so many counts: what disturbs only ever slows."""


def speed() -> Iterator[Line]:
    """Texts per CPU-second, everything on with reasons; beside it spaCy's own tokenizer, warm and nothing else."""
    look_seldom()  # as the worker does
    texts = [row.text for row in sets.finance_rows(DATA, "dev")]
    pack, reference = load("finance"), _warm_spacy()
    for name, some in (("long", texts), ("100 characters", [text[:100] for text in texts])):
        everything = _per_second(len(some), lambda some=some: assessed(pack, some))  # type: ignore[misc]
        tokens = _per_second(len(some), lambda some=some: _tokenised(reference, some))  # type: ignore[misc]
        wanted = "2500" if name == "long" else ""
        yield Line(f"speed, {name}, with reasons", "ours", f"{everything:.0f}/s", wanted)
        yield Line(f"speed, {name}", "spaCy's tokenizer alone, warm", f"{tokens:.0f}/s")
        yield Line(f"speed, {name}, share of that", "ours", f"{everything / tokens:.2f}")


def _per_second(texts: int, work: Callable[[], object]) -> float:
    spent = []
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        spent.append(time.process_time() - started)
    return texts / min(spent)


def _warm_spacy() -> Language:
    nlp = spacy.blank("en")
    nlp.tokenizer.max_cache_size = 200_000  # type: ignore[union-attr]
    for line in (SHARED_PACK / "vocabulary.txt").read_text("utf-8").splitlines():
        nlp.make_doc(line)
    return nlp


def _tokenised(nlp: Language, texts: Sequence[str]) -> None:
    stream = iter(texts)
    while batch := list(islice(stream, 64)):
        with nlp.memory_zone():
            for text in batch:
                nlp.make_doc(text)
