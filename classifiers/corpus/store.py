"""The corpus' folder: `texts/LANGUAGE/SPLIT.TOPIC.VOICE.tsv` and `labels/{first,second,settled}/LANGUAGE.tsv`."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from classifiers.corpus.text import NONE, Label, Labelled, Written

HOME = Path(__file__).parent
FIRST, SECOND, SETTLED = "first", "second", "settled"


def languages(home: Path = HOME) -> list[str]:
    """The languages that have texts."""
    return sorted(folder.name for folder in (home / "texts").glob("*") if folder.is_dir())


def read_texts(language: str, home: Path = HOME) -> list[Written]:
    """All texts of a language in the order of files and lines; raises ValueError for a line with other columns."""
    return [
        one
        for file in sorted((home / "texts" / language).glob("*.tsv"))
        for one in _read_file(file, language)
    ]


def read_labels(reader: str, language: str, home: Path = HOME) -> dict[str, Label]:
    """Labels by text id; empty when there is no such file."""
    file = home / "labels" / reader / f"{language}.tsv"
    if not file.exists():
        return {}
    rows = (line.split("\t") for line in file.read_text("utf-8").splitlines() if line)
    return {row[0]: label_of(row[1:]) for row in rows}


def settled_labels(language: str, home: Path = HOME) -> dict[str, Label]:
    """The labels that count: the first reader's, and what was settled where the second one differed."""
    return read_labels(FIRST, language, home) | read_labels(SETTLED, language, home)


def read_corpus(split: str, chosen: Sequence[str] | None = None, home: Path = HOME) -> list[Labelled]:
    """Every labelled text of a split (`train` or `test`), language by language."""
    found = []
    for language in languages(home) if chosen is None else chosen:
        labels = settled_labels(language, home)
        found += [
            Labelled(one, labels[one.id])
            for one in read_texts(language, home)
            if one.split == split and one.id in labels
        ]
    return found


def label_of(columns: Sequence[str]) -> Label:
    """From kind, category, second category, hazards, severity."""
    kind, category, second, hazards, severity = columns
    named = frozenset() if hazards == NONE else frozenset(hazards.split(","))
    return Label(kind, category, named, severity, "" if second == NONE else second)


def columns_of(label: Label) -> list[str]:
    """The reverse of `label_of()`."""
    hazards = ",".join(sorted(label.hazards)) or NONE
    return [label.kind, label.category, label.second or NONE, hazards, label.severity]


def write_labels(reader: str, language: str, labels: Mapping[str, Label], home: Path = HOME) -> None:
    """One line for each text, in the order given; no file for none."""
    file = home / "labels" / reader / f"{language}.tsv"
    file.unlink(missing_ok=True)
    if labels:
        file.parent.mkdir(parents=True, exist_ok=True)
        lines = ("\t".join([id_, *columns_of(label)]) for id_, label in labels.items())
        file.write_text("\n".join(lines) + "\n", "utf-8")


def _read_file(file: Path, language: str) -> Iterator[Written]:
    split, topic, voice = file.stem.split(".")
    for number, line in enumerate(file.read_text("utf-8").split("\n"), start=1):
        if line:
            columns = line.split("\t")
            if len(columns) != 6:
                raise ValueError(f"{file.name}, line {number}: {len(columns)} columns, not 6")
            yield Written(columns[0], language, split, f"{language}.{topic}.{voice}", *columns[1:])
