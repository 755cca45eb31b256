"""What each part of a head is worth: `python -m classifiers.training.ablation DATA_FOLDER [PACK…]`.

Each row is the head trained again without one part, judged on training texts it had not seen. At most TEXTS of them, in
two folds or with each judged source left out, so the figures are lower than the card's; it is the differences that
tell. Writes `ablation.md`.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from spacy.language import Language

from classifiers.linear.features import Field
from classifiers.pipeline import blank, warm
from classifiers.training.grievances import WORDS
from classifiers.training.head import train_head
from classifiers.training.metrics import Scores
from classifiers.training.options import Options, silent
from classifiers.training.rows import Row
from classifiers.training.shipped import PACKS_FOLDER, RECIPES
from classifiers.training.wordings import WORDINGS

TEXTS = 8_000
"""Texts that are taken, evenly from all: minutes instead of an hour."""
_FOLDS = 2
_FEW = 20_000
_SHOWN_COVERAGE = 0.8
_NAMES: dict[Field, str] = {
    "words": "single words",
    "pairs": "pairs of words",
    "opening": "the opening",
    "characters": "character runs",
}


def variants(options: Options) -> Iterator[tuple[str, Options]]:
    """The head as it is, then with one part less at a time."""
    whole = replace(options, folds=_FOLDS)
    yield "everything", whole
    for field in options.fields if len(options.fields) > 1 else ():
        fields = tuple(one for one in options.fields if one != field)
        yield f"without {_NAMES[field]}", replace(whole, fields=fields)
    if options.ratio_power:
        yield "without scaling by one-sidedness", replace(whole, ratio_power=0.0)
    if options.least_groups > 1:
        yield "words of a single source too", replace(whole, least_groups=1)
    if options.features > _FEW:
        yield f"the {_FEW:,} most telling features only", replace(whole, features=_FEW)


def ablate(nlp: Language, name: str, rows: Sequence[Row], options: Options) -> Iterator[tuple[str, Scores]]:
    """Train every variant on some of the rows; the scores are on unseen texts."""
    some = rows[:: max(1, round(len(rows) / TEXTS))]
    for what, variant in variants(options):
        yield what, train_head(nlp, name, some, variant, silent).unseen
    for what, fewer in _fewer(some, options):
        yield what, train_head(nlp, name, fewer, options, silent).unseen


def _fewer(rows: Sequence[Row], options: Options) -> Iterator[tuple[str, Sequence[Row]]]:
    """Where sources are judged: what the rows are worth that belong to none of them."""
    if options.judged_on:
        yield "without wordings", [row for row in rows if not row.group.endswith(WORDINGS)]
        yield "without rated words", [row for row in rows if not row.group.startswith(WORDS)]


def as_markdown(pack: str, name: str, found: Sequence[tuple[str, Scores]]) -> str:
    """One head's table."""
    first = found[0][1].macro_f1
    lines = [
        f"# {pack}: what each part of {name} is worth",
        "",
        f"By `python -m classifiers.training.ablation`: {found[0][1].texts} texts, each unseen.",
        "",
        "| | macro-F1 | | calibration error | right at 80 % coverage |",
        "|---|---|---|---|---|",
    ]
    for what, scores in found:
        covered = dict(scores.coverage)[_SHOWN_COVERAGE]
        gain = f"{scores.macro_f1 - first:+.3f}"
        lines.append(
            f"| {what} | {scores.macro_f1:.3f} | {gain} | {scores.calibration_error:.3f} | {covered:.3f} |"
        )
    return "\n".join(lines)


def main(data: Path, packs: Sequence[str]) -> None:
    """Write `ablation.md` of each pack."""
    nlp = blank()
    warm(nlp)
    for pack in packs or list(RECIPES):
        tables = []
        for name, rows_from, options, _ in RECIPES[pack]:
            tables.append(as_markdown(pack, name, list(ablate(nlp, name, rows_from(data), options))))
            print(tables[-1], flush=True)
        (PACKS_FOLDER / pack / "ablation.md").write_text("\n\n".join(tables) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
