"""Every way in which a record can name a blob is found."""

import base64
import hashlib
import json

import pytest

from schemas import topics
from schemas.references import named_by, named_in

NAME = hashlib.sha256(b"a blob").hexdigest()


def fields_of(schema: object) -> set[str]:
    """Names of all fields in a JSON Schema, however deep."""
    found: set[str] = set()
    if isinstance(schema, dict):
        found |= set(schema.get("properties", {}))
        for part in schema.values():
            found |= fields_of(part)
    if isinstance(schema, list):
        for part in schema:
            found |= fields_of(part)
    return found


FIELDS = sorted(
    {
        field
        for topic in topics.HOUSE
        if topic.model is not None
        for field in fields_of(topic.model.model_json_schema())
        if "sha256" in field
    }
)


def test_there_are_fields_that_name_blobs() -> None:
    assert {"sha256", "body_sha256", "raw_sha256"} <= set(FIELDS)


@pytest.mark.parametrize("field", FIELDS)
def test_each_field_counts_wherever_it_stands(field: str) -> None:
    said = json.dumps({"deep": [{field: NAME}]}).encode()
    carried = json.dumps({"edited": "", "original": base64.b64encode(said).decode()}).encode()
    edited = json.dumps({"original": "", "edited": base64.b64encode(said).decode()}).encode()
    assert NAME in set(named_by(None, said))
    assert NAME in set(named_by(None, None, [("gw_delivery", said)]))
    assert NAME in set(named_by(None, carried))
    assert NAME in set(named_by(None, edited))
    assert NAME in set(named_by(NAME.encode(), None))


@pytest.mark.parametrize(
    "odd", [b"", b'{"original"', b'["original"]', b'{"original": 5}', b'{"original": "%"}', b"\xff"]
)
def test_odd_records_name_nothing_and_raise_nothing(odd: bytes) -> None:
    assert list(named_by(odd, odd, [("a", odd), ("b", None)])) == []


def test_what_is_longer_or_shorter_is_no_name() -> None:
    assert list(named_in(NAME.encode() + b"0")) == list(named_in(NAME[1:].encode())) == []
