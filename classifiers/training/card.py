"""The model card: what a model was made from and how far it can be trusted, for people and for programs."""

import json
import platform
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from classifiers.training.head import TrainedHead
from classifiers.training.metrics import Scores
from classifiers.training.options import Options
from classifiers.training.plot import calibration_svg, coverage_svg

CARD_FILE = "card.json"
_BAR = 30


@dataclass(frozen=True, slots=True)
class Card:
    """Everything that is written into `card.json` and `card.md`."""

    name: str
    head: str
    version: str
    labels: tuple[str, ...]
    texts: int
    data_hash: str
    threshold: float
    abstained: float
    confidence: float
    options: Options
    versions: dict[str, str]
    unseen: Scores
    """On the training texts, each scored by a model that had not seen it."""
    unknown: float
    """Mean share of an unseen text's features that the model had never met."""
    notes: tuple[str, ...] = ()
    """Data, licences, known failures: what a person has to add."""


def card_of(name: str, trained: TrainedHead, options: Options, notes: Sequence[str] = ()) -> Card:
    """The card of a freshly trained head."""

    versions = {
        "python": platform.python_version(),
        "spacy": version("spacy"),
        "numpy": np.__version__,
        "scikit-learn": version("scikit-learn"),
    }
    head = trained.head
    return Card(
        name,
        head.name,
        head.version,
        head.labels,
        trained.texts,
        trained.data_hash,
        round(head.threshold, 4),
        round(trained.abstained, 4),
        round(trained.confidence, 4),
        options,
        versions,
        trained.unseen,
        round(trained.unknown, 4),
        tuple(notes),
    )


def write_cards(folder: Path, cards: Sequence[Card]) -> None:
    """`card.json` for programs (drift compares with it), `card.md` for people, its pictures beside it.

    No date: same data, same files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CARD_FILE).write_text(json.dumps([asdict(card) for card in cards], indent=1) + "\n", "utf-8")
    (folder / "card.md").write_text("\n\n".join(map(as_markdown, cards)) + "\n", "utf-8")
    for card in cards:
        for name, picture in (("calibration", calibration_svg), ("coverage", coverage_svg)):
            title = f"{card.name}: {card.head}"
            (folder / f"{name}.{card.head}.svg").write_text(picture(title, card.unseen), "utf-8")


def as_markdown(card: Card) -> str:
    """The card as a page."""
    scores = card.unseen
    return "\n".join(
        [
            f"# {card.name}: {card.head}",
            "",
            f"Version `{card.version}`, seed {card.options.seed}, {card.texts} texts (SHA-256 `{card.data_hash}`).",
            f"Made with {', '.join(f'{name} {version}' for name, version in card.versions.items())}.",
            "",
            *(f"- {note}" for note in card.notes),
            "",
            _judged_how(card),
            f"macro-F1 {scores.macro_f1:.3f}, accuracy {scores.accuracy:.3f}, "
            f"expected calibration error {scores.calibration_error:.4f}.",
            f"It abstains below a confidence of {card.threshold:.2f}, on {card.abstained:.0%} of the texts;",
            f"of the others {card.options.wanted_accuracy:.0%} are right.",
            "",
            *_table(("label", "precision", "recall", "F1", "texts"), _labels(scores)),
            "",
            f"Coverage: how many of the texts it decides alone are right ([picture](coverage.{card.head}.svg)).",
            "",
            *_table(("texts decided alone", "right", ""), _coverage(scores)),
            "",
            "Calibration: how sure it is, how often it is right then; `!` is where a perfect bar would end "
            f"([picture](calibration.{card.head}.svg)).",
            "",
            *_table(("sure", "right", "texts", ""), _calibration(scores)),
            "",
            "Known failures: the commonest mistakes on unseen texts.",
            "",
            *_table(("label", "taken for", "texts"), _failures(scores)),
        ]
    )


def _judged_how(card: Card) -> str:
    if not card.options.judged_on:
        return "Each training text scored by a model that had not seen it nor a copy of it:"
    sources = ", ".join(card.options.judged_on)
    return f"{card.unseen.texts} texts of {sources}, each scored by a model that had never met their source:"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return ["| " + " | ".join(one) + " |" for one in (heads, ["---"] * len(heads), *rows)]


def _labels(scores: Scores) -> Iterator[Sequence[str]]:
    for one in scores.labels:
        yield one.label, f"{one.precision:.3f}", f"{one.recall:.3f}", f"{one.f1:.3f}", str(one.texts)


def _coverage(scores: Scores) -> Iterator[Sequence[str]]:
    for share, right in scores.coverage:
        yield f"{share:.0%}", f"{right:.3f}", f"`{'#' * round(_BAR * right)}`"


def _calibration(scores: Scores) -> Iterator[Sequence[str]]:
    for one in scores.calibration:
        bar = ("#" * round(_BAR * one.right)).ljust(_BAR)
        mark = min(round(_BAR * one.confidence), _BAR)
        yield f"{one.confidence:.2f}", f"{one.right:.2f}", str(one.texts), f"`{bar[:mark]}!{bar[mark:]}`"


def _failures(scores: Scores) -> Iterator[Sequence[str]]:
    for one in scores.confusions:
        yield one.label, one.taken_for, str(one.texts)
