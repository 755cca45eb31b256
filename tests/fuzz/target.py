"""What is fuzzed: a name, whole input to begin with, and a function that raises when something untyped came out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.corpora import material

MOST_BYTES = 60_000


@dataclass(frozen=True, slots=True)
class Target:
    """`survives(raw)` returns for a result and for a typed error, and raises for everything else."""

    name: str
    seeds: Sequence[bytes]
    survives: Callable[[bytes], None]
    tokens: Sequence[bytes]


def third_party(kind: str) -> list[bytes]:
    """The smaller ones of a corpus, when it lies beside the checkout."""
    there = material.entries(kind) if material.FOLDER.joinpath(kind).is_dir() else ()
    raws = (entry.raw() if "file" in entry.line else _words(entry.line.get("input")) for entry in there)
    return [raw for raw in raws if raw and len(raw) <= MOST_BYTES]


def _words(value: object) -> bytes:
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else b""
