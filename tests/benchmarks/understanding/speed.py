"""How many texts one core understands in a second of its own time."""

import time
from collections.abc import Iterator

from classifiers.pipeline import blank
from classifiers.registry import load
from classifiers.training import sources as sets
from tests.benchmarks.understanding.table import DATA, Line, assessed


def speed() -> Iterator[Line]:
    """Documents per CPU-second of one core, everything on; the tokenizer alone tells what this machine can do."""
    texts = [row.text for row in sets.finance_rows(DATA, "dev")]
    pack = load("finance")
    assessed(pack, texts[:500])
    for name, some in (("long", texts), ("100 characters", [text[:100] for text in texts])):
        started = time.process_time()
        assessed(pack, some)
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
