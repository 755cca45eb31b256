"""Which packs exist, and how one is opened. An explicit tuple: nothing is discovered."""

import gc
from pathlib import Path

from classifiers.assessor import PackClassifier
from classifiers.pack import home_of, read_facts
from classifiers.pipeline import opened
from schemas.errors import Misconfigured

PACKS = ("general", "finance", "health")
DEFAULT_PACK = "general"


def load(pack: str, folder: Path | None = None) -> PackClassifier:
    """Open a pack, warm and ready; raises Misconfigured that names the cure.

    What is loaded lives as long as the process, so it is put out of the garbage collector's sight, which would walk
    through a hundred thousand words again and again.

    `folder` is a pack of an organisation's own (what training wrote); without it, `pack` names a shipped one.
    """
    if folder is None and pack not in PACKS:
        raise Misconfigured(
            "pack", f"{pack!r} is not a shipped pack; choose one of {', '.join(PACKS)}, or name its folder"
        )
    home = home_of(pack, folder)
    facts = read_facts(home)
    try:
        classifier = PackClassifier(facts, opened(home))
    except (OSError, ValueError) as error:
        raise Misconfigured(
            "pack", f"{home} is not a model that this release can open ({error}); train it again"
        ) from error
    gc.freeze()
    return classifier
