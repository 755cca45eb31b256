"""Labelled rows for the shipped packs, from a folder of public data sets (each with its own licence and README)."""

import gzip
import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from classifiers.kind import GRIEVANCE, NONE
from classifiers.pipeline import SHARED_PACK
from classifiers.training.rows import Row

Record = Mapping[str, Any]

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_SENTENCE_LENGTH = range(20, 221)
_PER_SOURCE = 2_500
_STRONG = 1.3
_THAI_KINDS = {"complaint": "complaint", "praise": "praise", "neutral": "other", "question": "enquiry"}


def records(folder: Path, name: str, split: str) -> Iterator[Record]:
    """The records of one split (`train` or `dev`) of a set."""
    with gzip.open(folder / name / f"{split}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def finance_rows(folder: Path, split: str) -> list[Row]:
    """CFPB complaints by routing category; near copies share a group."""
    return [
        Row(one["text"], one["category"], one.get("dup_group", ""))
        for one in records(folder, "cfpb_complaints", split)
        if one["category"] != "other_financial"
    ]


def kind_rows(folder: Path, split: str) -> list[Row]:
    """Kinds of message over all sets; for training, with the patients' answers that the mixed set leaves out."""
    mixed = [Row(one["text"], one["label"]) for one in records(folder, "message_type", split)]
    if split != "train":
        return mixed
    known = {row.text for row in mixed} | {one["text"] for one in records(folder, "message_type", "dev")}
    patients = patient_rows(folder, split, "polarity")
    return mixed + [row for row in patients if row.label != "neutral" and row.text not in known]


def thai_rows(folder: Path, split: str) -> list[Row]:
    """Kinds of Thai posts."""
    return [
        Row(one["text"], _THAI_KINDS[one["message_type"]])
        for one in records(folder, "thai_social_messages", split)
    ]


def patient_rows(folder: Path, split: str, label: str) -> list[Row]:
    """Patient feedback by `label` (category), `polarity` or `severity`; answers without it are left out."""
    return [
        Row(one["text"], one[label])
        for one in records(folder, "nhs_patient_feedback", split)
        if one.get(label)
    ]


def grievance_rows(folder: Path, seed: int) -> list[Row]:
    """Single sentences with a grievance or none, by source as group, and words with their valence."""
    chance = random.Random(seed)
    rows: list[Row] = []
    for source, found in _sentences(folder, chance).items():
        for label in (GRIEVANCE, NONE):
            own = [Row(text, label, source) for text, said in found if said == label]
            chance.shuffle(own)
            rows.extend(own[:_PER_SOURCE])
    return rows + _valence_rows()


def _sentences(folder: Path, chance: random.Random) -> dict[str, list[tuple[str, str]]]:
    def whole(name: str, label: str, grievance: str) -> list[tuple[str, str]]:
        found = (one for one in records(folder, name, "train") if label not in one or one[label] is not None)
        return [(one["text"][:300], GRIEVANCE if one.get(label) == grievance else NONE) for one in found]

    def single(name: str, said: str) -> list[tuple[str, str]]:
        drawn = (_one_sentence(one["text"], chance) for one in records(folder, name, "train"))
        return [(text, said) for text in drawn if text]

    patients = [(row.text[:300], row.label) for row in patient_rows(folder, "train", "polarity")]
    enquiries = list(records(folder, "service_enquiries", "train"))
    return {
        "patients": [(text, GRIEVANCE if label == "complaint" else NONE) for text, label in patients],
        "rental": whole("car_rental_feedback", "polarity", "complaint"),
        "finance": single("cfpb_complaints", GRIEVANCE),
        "vehicles": single("vehicle_safety_complaints", GRIEVANCE),
        "banking": [
            (one["text"], NONE)
            for one in enquiries
            if (one["domain"], one["nature"]) == ("banking_app", "enquiry")
        ],
        "assistant": [(one["text"], NONE) for one in enquiries if one["domain"] != "banking_app"],
        "spoken": [
            (one["text"], GRIEVANCE if one["problem"] else NONE)
            for one in records(folder, "service_requests_multi_intent", "train")
        ],
        "sms": [(one["text"], NONE) for one in records(folder, "sms_spam", "train")],
        "mail": single("email_spam", NONE),
    }


def _one_sentence(text: str, chance: random.Random) -> str:
    found = [one.strip() for one in _SENTENCE_END.split(text) if len(one.strip()) in _SENTENCE_LENGTH]
    return chance.choice(found) if found else ""


def _valence_rows() -> list[Row]:
    """Each rated word, and its denial, as texts of three sources of their own, so that rare words are known too."""
    rows: list[Row] = []
    for word, valence in valences():
        bad, good = (GRIEVANCE, NONE) if valence < 0 else (NONE, GRIEVANCE)
        told = [(word, bad)]
        if abs(valence) >= _STRONG:
            told += [(f"{denial} {word}", good if valence > 0 else bad) for denial in ("not", "no", "never")]
        rows.extend(Row(text, label, f"words {copy}") for text, label in told for copy in (1, 2, 3))
    return rows


def valences() -> Sequence[tuple[str, float]]:
    """Words with how pleasant people find them, -4 to 4."""
    lines = (SHARED_PACK / "valence.tsv").read_text("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return [(word, float(valence)) for word, valence in pairs]
