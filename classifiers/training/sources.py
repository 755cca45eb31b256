"""Labelled rows for the shipped packs, from a folder of public data sets (each with its own licence and README)."""

import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from classifiers.training.rows import Row

Record = Mapping[str, Any]

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
