"""Train the packs that are shipped: `python -m classifiers.training.shipped DATA_FOLDER [PACK…]`.

`general`, `finance`, `health` are packs of heads on words; `written` are the heads on meaning that the general pack
shares with every other, from `classifiers/corpus`.

Repeatable: the same data give the same files. A quarter of an hour for all of them on one core.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from classifiers.linear.storage import head_to_bytes
from classifiers.pipeline import SHARED_PACK, blank, meaning_heads_of, warm
from classifiers.training import sources
from classifiers.training.card import Card, card_of, write_cards
from classifiers.training.grievances import LABELLED, grievance_rows
from classifiers.training.head import train_head
from classifiers.training.options import DEFAULTS, Options
from classifiers.training.rows import Row

PACKS_FOLDER = SHARED_PACK.parent
_CFPB = "CFPB complaint narratives, public domain, by way of public repositories. Labels are what consumers picked."
_NHS = "NHS Friends and Family answers, NHS England (The-Strategy-Unit/pxtextmining), MIT licence."
_MIXED = (
    "CFPB (public domain), NHS feedback (MIT), BANKING77 and NLU++ (CC BY 4.0, PolyAI), CLINC150 (CC BY 3.0, Larson "
    "and others), SMS Spam Collection (CC BY 4.0, Almeida and others), SpamAssassin corpus (PDDL/CC0), set-of-emails "
    "(BSD-2, sisimai), car rental comments (Apache 2.0, IBM), vehicle complaints (public domain)."
)
_VALENCE = "Words with their valence from the VADER lexicon (MIT, Hutto and Gilbert 2014)."
_WISESIGHT = "Wisesight Sentiment Corpus (CC0). Sentiment is not the same as complaining."
_PARTS = "What each part is worth: [ablation](ablation.md)."
_SMALL: Options = replace(DEFAULTS, least_documents=3, features=60_000, ratio_power=0.7)
"""What is best where texts are short or few."""
_LETTERS: Options = replace(_SMALL, fields=("characters",), cost=0.1, balance=0.5, features=40_000)

POSTS: Options = replace(
    _SMALL,
    fields=("words", "pairs"),
    least_groups=3,
    least_documents=2,
    features=80_000,
    longest=150,
    ratio_power=0.0,
    judged_on=LABELLED,
    balance=1.0,
)

Recipe = tuple[str, Callable[[Path], list[Row]], Options, Sequence[str]]
RECIPES: dict[str, tuple[Recipe, ...]] = {
    "general": (
        (
            "kind",
            lambda data: sources.kind_rows(data, "train"),
            DEFAULTS,
            (_MIXED, _PARTS),
        ),
        (
            "tone",
            lambda data: grievance_rows(data, DEFAULTS.seed),
            POSTS,
            (
                _MIXED,
                _VALENCE,
                "Wordings of this project's own, told of 22 domains (`wordings.txt`), written with mistakes on "
                "those sources in sight, some of them of the halves that judge; cue weights and prior were chosen by "
                "the mean over the same three. On posts of other domains expect somewhat less.",
                "Meant for short texts only; of longer ones it says nothing. Probabilities are as if half complained.",
            ),
        ),
        (
            "kind.th",
            lambda data: sources.thai_rows(data, "train"),
            replace(_SMALL, fields=("characters",)),
            (_WISESIGHT,),
        ),
    ),
    "finance": (
        (
            "category",
            lambda data: sources.finance_rows(data, "train"),
            DEFAULTS,
            (
                _CFPB,
                "Weak at borders: credit reporting with debt collection, bank account with money transfer.",
                _PARTS,
            ),
        ),
    ),
    "health": (
        (
            "category",
            lambda data: sources.patient_rows(data, "train", "label"),
            replace(DEFAULTS, fields=("words", "pairs", "characters"), features=200_000, wanted_accuracy=0.8),
            (_NHS, _PARTS),
        ),
        (
            "polarity",
            lambda data: sources.patient_rows(data, "train", "polarity"),
            replace(_SMALL, fields=("words", "pairs", "characters")),
            (_NHS, "Praise, complaint or neither; spam and the like are told by the shared head."),
        ),
        (
            "severity",
            lambda data: sources.patient_rows(data, "train", "severity"),
            replace(_LETTERS, wanted_accuracy=0.0),
            (
                _NHS,
                "Severity of criticism as raters saw it, not danger; it does not carry over to other sectors.",
            ),
        ),
    ),
}


WITH_MEANING = ("general", "health")
"""The finance pack reads words alone: its letters are long, English and many."""
_FAMILIAR = 4_000
"""Old texts that teach what heads on words are familiar with."""


def build_written(data: Path, told: Callable[[str], None]) -> None:
    """Train the heads on meaning and write them and their card into the general pack."""
    from classifiers.corpus.store import read_corpus
    from classifiers.corpus.text import LANGUAGES
    from classifiers.training.calm import calm_texts
    from classifiers.training.school import school_of
    from classifiers.training.written import learn
    from classifiers.training.written_card import write_card

    old = [row.text for row in sources.kind_rows(data, "train")]
    school = school_of(read_corpus("train", LANGUAGES), calm_texts(data))
    learnt = learn(school, old[:: max(1, len(old) // _FAMILIAR)], told)
    nlp = blank(meaning=True)
    meaning_heads_of(nlp)[:] = [replace(one.head, taught=school.taught) for one in learnt]
    nlp.to_disk(SHARED_PACK)
    write_card(SHARED_PACK, school, learnt)


def build(data: Path, pack: str, told: Callable[[str], None]) -> list[Card]:
    """Train every head of one pack and write heads, pipeline and cards into its folder."""
    reader = blank()
    warm(reader)
    folder = PACKS_FOLDER / pack
    blank(meaning=pack in WITH_MEANING).to_disk(folder)
    (folder / "gateway_linear").mkdir(exist_ok=True)
    cards = []
    for name, rows_from, options, notes in RECIPES[pack]:
        trained = train_head(
            reader, name, rows_from(data), options, lambda step, share: told(f"{share:4.0%} {step}")
        )
        (folder / "gateway_linear" / f"{name}.npz").write_bytes(head_to_bytes(trained.head))
        cards.append(card_of(pack, trained, options, notes))
    write_cards(folder, cards)
    return cards


if __name__ == "__main__":
    for chosen in sys.argv[2:] or ["written", *RECIPES]:
        if chosen == "written":
            build_written(Path(sys.argv[1]), lambda line: print(line, flush=True))
        else:
            build(Path(sys.argv[1]), chosen, lambda line: print(line, flush=True))
