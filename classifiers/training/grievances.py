"""Rows for the head for posts: short texts with a grievance or none, by source as group.

Few sources hold both, told apart by people; they are taken whole. A source that only complains or never does teaches
what it is about rather than how people complain, so of such little is taken. Wordings of the project's own and rated
words carry what no source here has: how people write to organisations of every kind.
"""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from classifiers.kind import GRIEVANCE, NONE
from classifiers.pipeline import SHARED_PACK
from classifiers.training.rows import Row
from classifiers.training.sources import Record, patient_rows, records
from classifiers.training.wordings import wording_rows

LABELLED = ("patients", "rental", "spoken")
"""Sources in which people told grievances from the rest, text by text."""
WORDS = "words "
"""How the groups of rated words begin."""
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_SENTENCE_LENGTH = range(20, 221)
_LONGEST = 300
"""Characters that are read of a text of LABELLED."""
_PER_LABEL = 2_500
_PER_OTHER = {"sms": 800}
_FEW = 200
_SPELLED = 2
"""How often each wording is spelled out for each domain."""
_COPIES = 3
"""Sources that each rated word stands for, so that rare words are known too."""


def grievance_rows(folder: Path, seed: int) -> list[Row]:
    """Texts of LABELLED, some sentences of other sources, wordings spelled out, and words by their valence."""
    chance = random.Random(seed)
    rows: list[Row] = []
    for source in LABELLED:
        found = labelled_rows(folder, source, "train")
        for label in (GRIEVANCE, NONE):
            rows += _some([row for row in found if row.label == label], _PER_LABEL, chance)
    for source, (texts, label) in _one_sided(folder, chance).items():
        rows += _some([Row(text, label, source) for text in texts], _PER_OTHER.get(source, _FEW), chance)
    rows = [replace(row, text=row.text[:_LONGEST]) for row in rows]
    return rows + wording_rows(SHARED_PACK / "wordings.txt", _SPELLED, seed) + list(_word_rows())


def labelled_rows(folder: Path, source: str, split: str) -> list[Row]:
    """All texts of one of LABELLED, whole."""
    if source == "patients":
        told = [(row.text, row.label == "complaint") for row in patient_rows(folder, split, "polarity")]
    elif source == "rental":
        found = (one for one in records(folder, "car_rental_feedback", split) if one.get("polarity"))
        told = [(one["text"], one["polarity"] == "complaint") for one in found]
    else:
        requests = records(folder, "service_requests_multi_intent", split)
        told = [(one["text"], bool(one["problem"])) for one in requests]
    return [Row(text, GRIEVANCE if complains else NONE, source) for text, complains in told]


def _one_sided(folder: Path, chance: random.Random) -> Mapping[str, tuple[list[str], str]]:
    def single(name: str) -> list[str]:
        drawn = (_one_sentence(one["text"], chance) for one in records(folder, name, "train"))
        return [text for text in drawn if text]

    def enquiries(wanted: bool) -> list[str]:
        found = records(folder, "service_enquiries", "train")
        return [one["text"] for one in found if _asks(one) and (one["domain"] == "banking_app") == wanted]

    return {
        "finance": (single("cfpb_complaints"), GRIEVANCE),
        "vehicles": (single("vehicle_safety_complaints"), GRIEVANCE),
        "banking": (enquiries(True), NONE),
        "assistant": (enquiries(False), NONE),
        "sms": ([one["text"] for one in records(folder, "sms_spam", "train")], NONE),
        "mail": (single("email_spam"), NONE),
    }


def _asks(record: Record) -> bool:
    return bool(record["nature"] != "problem")


def _one_sentence(text: str, chance: random.Random) -> str:
    found = [one.strip() for one in _SENTENCE_END.split(text) if len(one.strip()) in _SENTENCE_LENGTH]
    return chance.choice(found) if found else ""


def _some(rows: list[Row], most: int, chance: random.Random) -> Sequence[Row]:
    chance.shuffle(rows)
    return rows[:most]


def _word_rows() -> Iterator[Row]:
    for word, valence in valences():
        label = GRIEVANCE if valence < 0 else NONE
        yield from (Row(word, label, f"{WORDS}{copy}") for copy in range(_COPIES))


def valences() -> Iterator[tuple[str, float]]:
    """Words with how pleasant people find them, -4 to 4."""
    for line in (SHARED_PACK / "valence.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            word, valence = line.split("\t")
            yield word, float(valence)
