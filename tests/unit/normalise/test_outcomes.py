"""What a case system sends back: known by what it says, and nonsense where a moment is none."""

import json

import pytest

from schemas import identity
from schemas.errors import Nonsense
from schemas.outcome import Outcome
from tests.unit.normalise.test_normalise import SECRET, outcome_record
from workers.normalise.outcomes import Outcomes
from workers.runtime.contract import Output


def test_an_outcome_without_an_id_is_one_however_its_fields_are_ordered() -> None:
    ref = identity.reference(SECRET, "x")
    word = {
        "type": "closed",
        "reference": ref,
        "case_key": identity.case_key(SECRET, "p", ref),
        "at": "2026-03-01T12:00:00+02:00",
        "their_own": {"b": 1, "a": 2},
    }
    same = dict(reversed(list(word.items()))) | {"at": "2026-03-01T10:00:00Z", "their_own": {"a": 2, "b": 1}}
    other = word | {"at": "2026-03-01T10:00:01Z"}
    records = [outcome_record(json.dumps(one).encode()) for one in (word, same, other)]
    first, again, another = Outcomes(SECRET).prepare(records)
    assert isinstance(first, Output)
    assert isinstance(again, Output)
    assert isinstance(another, Output)
    ids = [Outcome.from_bytes(one.value or b"").outcome_id for one in (first, again, another)]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize(
    "at", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "1e400", None, 10**40]
)
def test_a_moment_beyond_the_calendar_is_nonsense(at: object) -> None:
    ref = identity.reference(SECRET, "x")
    word = {"type": "closed", "reference": ref, "case_key": identity.case_key(SECRET, "p", ref), "at": at}
    (error,) = Outcomes(SECRET).prepare([outcome_record(json.dumps(word).encode())])
    assert isinstance(error, Nonsense)
