"""Bring written batches into the corpus: `RAW/LANGUAGE/SPLIT.TOPIC.VOICE.tsv` with texts and labels in one line.

Ten columns: sector, channel, tone, scenario, kind, category, second category, hazards, severity, text. A second
reader's labels come as `SECOND/LANGUAGE.tsv`: file, line, kind, category, hazards, severity. Running it again brings
what is new or was mended; what was settled is kept.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from classifiers.corpus.runs import near_copies, shared_runs
from classifiers.corpus.store import FIRST, HOME, SECOND, label_of, write_labels
from classifiers.corpus.text import (
    CATEGORIES,
    CHANNELS,
    CLOSE,
    HAZARDS,
    KINDS,
    NONE,
    OPEN,
    SECTORS,
    SEVERITIES,
    TONES,
    Label,
    Written,
)

_COLUMNS = 10


def bring(raw: Path, second: Path | None = None, home: Path = HOME) -> list[str]:
    """Write texts, first and second labels; returns what could not be read, each with its file and line."""
    problems: list[str] = []
    copies = set(_copies(raw, problems))
    for folder in sorted(one for one in raw.iterdir() if one.is_dir()):
        language = folder.name
        first: dict[str, Label] = {}
        _forget(home / "texts" / language, {file.name for file in folder.glob("*.tsv")})
        for file in sorted(folder.glob("*.tsv")):
            first |= _bring_file(file, home / "texts" / language, copies, problems)
        write_labels(FIRST, language, first, home)
        if second is not None and (second / f"{language}.tsv").exists():
            found = dict(_second_reader(second / f"{language}.tsv", language, problems))
            write_labels(SECOND, language, {id_: found[id_] for id_ in first if id_ in found}, home)
    return problems


def id_of(language: str, stem: str, line: int) -> str:
    """The id of the text on a line of a batch."""
    return f"{language}.{stem}.{line:03d}"


def _forget(folder: Path, kept: set[str]) -> None:
    """Batches that were withdrawn or renamed."""
    for file in folder.glob("*.tsv"):
        if file.name not in kept:
            file.unlink()


def _copies(raw: Path, problems: list[str]) -> Iterator[str]:
    """Ids of texts that share a run with an earlier one: they are left out."""
    texts = [
        Written(
            id_of(folder.name, file.stem, number),
            folder.name,
            file.stem.partition(".")[0],
            *("", "", "", "", ""),
            columns[9],
        )
        for folder in sorted(one for one in raw.iterdir() if one.is_dir())
        for file in sorted(folder.glob("*.tsv"))
        for number, line in enumerate(file.read_text("utf-8").split("\n"), start=1)
        if len(columns := line.rstrip("\r").split("\t")) == _COLUMNS
    ]
    for late, early, run in shared_runs(texts):
        problems.append(f"{late}: left out, shares {run!r} with {early}")
        yield late
    for language in sorted({one.language for one in texts}):
        for judged, learnt, _ in near_copies([one for one in texts if one.language == language]):
            problems.append(f"{learnt}: left out, a near copy of {judged}")
            yield learnt


def _bring_file(file: Path, folder: Path, copies: set[str], problems: list[str]) -> dict[str, Label]:
    labels: dict[str, Label] = {}
    language = folder.name
    lines = []
    for number, line in enumerate(file.read_text("utf-8").split("\n"), start=1):
        columns = line.rstrip("\r").split("\t")
        if not line.strip():
            continue
        label = label_of(columns[4:9]) if len(columns) == _COLUMNS else None
        if label is None or not _sound(label) or not _told_soundly(columns, label):
            problems.append(f"{language}/{file.name}, line {number}: not read: {line[:80]!r}")
            continue
        id_ = id_of(language, file.stem, number)
        if id_ in copies:
            continue
        labels[id_] = label
        lines.append("\t".join([id_, *columns[:4], columns[9]]))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file.name).write_text("\n".join(lines) + "\n", "utf-8")
    return labels


def _second_reader(file: Path, language: str, problems: list[str]) -> Iterator[tuple[str, Label]]:
    for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
        columns = line.split("\t")
        if len(columns) != 6 or not columns[1].isdigit():
            problems.append(f"second/{file.name}, line {number}: not read: {line[:80]!r}")
            continue
        label = label_of([columns[2], columns[3], NONE, columns[4], columns[5]])
        if _sound(label):
            yield id_of(language, Path(columns[0]).name.removesuffix(".tsv"), int(columns[1])), label
        else:
            problems.append(f"second/{file.name}, line {number}: no such label: {line[:80]!r}")


def _sound(label: Label) -> bool:
    known = label.kind in KINDS and label.category in CATEGORIES and label.severity in SEVERITIES
    return known and label.hazards <= set(HAZARDS) and (not label.second or label.second in CATEGORIES)


def _told_soundly(columns: Sequence[str], label: Label) -> bool:
    """Whether columns hold known words, and danger, its category and its mark go together."""
    sector, channel, tone, text = (*columns[:3], columns[9])
    marks = (text.count(OPEN), text.count(CLOSE))
    known = sector in SECTORS and channel in CHANNELS and tone in TONES
    return (
        known
        and bool(label.hazards) == (label.category == "safety")
        and marks in ((0, 0), (1, 1))
        and (bool(label.hazards) or marks == (0, 0))
    )
