"""From labelled texts to a pack that the registry can open."""

from collections.abc import Sequence
from pathlib import Path

import yaml

from classifiers.pack import FACTS_FILE, read_facts
from classifiers.pipeline import SHARED_PACK, blank, heads_of, warm
from classifiers.training.card import Card, card_of, write_cards
from classifiers.training.head import train_head
from classifiers.training.options import DEFAULTS, Options, Progress, silent
from classifiers.training.rows import Row

CATEGORY = "category"


def train(
    rows: Sequence[Row],
    out_dir: Path,
    options: Options = DEFAULTS,
    progress: Progress = silent,
    notes: Sequence[str] = (),
) -> Card:
    """Train a category model and write a pack into `out_dir`, named after the folder.

    Kind, safety and language come from the general pack. An existing `pack.yaml` there is kept: it may have
    been edited. Minutes for 30,000 texts; the same rows and options give the same files.
    """
    nlp = blank()
    warm(nlp)
    trained = train_head(nlp, CATEGORY, rows, options, progress)
    pack = blank()
    heads_of(pack).append(trained.head)
    pack.to_disk(out_dir)
    card = card_of(out_dir.name, trained, options, notes)
    _write_facts(out_dir, trained.head.labels)
    write_cards(out_dir, [card])
    return card


def _write_facts(folder: Path, labels: Sequence[str]) -> None:
    file = folder / FACTS_FILE
    if file.exists():
        return
    shared = read_facts(SHARED_PACK)
    facts = {
        "name": folder.name,
        "version": "1",
        "languages": shared.languages,
        "category_from": "model",
        "other": "other",
        "categories": {label: {"definition": label.replace("_", " ")} for label in labels},
        "hazards": {name: hazard.model_dump() for name, hazard in shared.hazards.items()},
    }
    file.write_text(yaml.safe_dump(facts, sort_keys=False, allow_unicode=True), "utf-8")
