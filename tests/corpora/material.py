"""The folder of third-party material: where it is, its index lines, its bytes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


def beside(name: str) -> Path:
    """The folder `shared/NAME` beside this checkout or further up; a path that is not there when nobody brought it."""
    places = [up / "shared" / name for up in Path(__file__).resolve().parents[3:]]
    return next((place for place in places if place.is_dir()), places[0])


FOLDER = beside("corpora")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an index: what it is, its bytes (or `input`), what its source expects."""

    kind: str
    name: str
    source: str
    label: str
    expected: dict[str, Any]
    line: dict[str, Any]

    def raw(self) -> bytes:
        """The file's bytes."""
        return FOLDER.joinpath(self.kind, str(self.line["file"])).read_bytes()


def entries(kind: str) -> Iterator[Entry]:
    """All entries of one kind, in the order of its index."""
    for text in (FOLDER / kind / "index.jsonl").read_text("utf-8").splitlines():
        line = json.loads(text)
        name = line.get("file") or line["id"]
        yield Entry(kind, name, line["source"], line["class"], line["expected"], line)


def kinds() -> list[str]:
    """Every kind that is there."""
    return sorted(path.parent.name for path in FOLDER.glob("*/index.jsonl"))
