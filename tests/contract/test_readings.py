"""Every fixture of every channel: what it becomes, and that it is the same message when it comes again."""

import json

import pytest

from schemas import errors
from schemas.identity import message_identity
from schemas.message import Message
from tests.contract.cases import Case, cases, differences

READABLE = [case for case in cases() if not case.error]
REFUSED = [case for case in cases() if case.error]


@pytest.mark.parametrize("case", READABLE, ids=str)
def test_a_fixture_becomes_what_it_says(case: Case) -> None:
    readings = case.channel.read(case.raw, case.facts)
    found = [json.loads(reading.message.model_dump_json()) for reading in readings]
    assert differences(list(case.expect), found) == []


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_what_cannot_be_read_is_a_typed_error(case: Case) -> None:
    with pytest.raises(getattr(errors, case.error)):
        case.channel.read(case.raw, case.facts)


@pytest.mark.parametrize("case", READABLE, ids=str)
def test_the_same_bytes_are_the_same_messages(case: Case) -> None:
    first, second = (case.channel.read(case.raw, case.facts) for _ in range(2))
    assert first == second
    assert _identities(case, first) == _identities(case, second)


@pytest.mark.parametrize("case", READABLE, ids=str)
def test_messages_of_one_delivery_have_identities_of_their_own(case: Case) -> None:
    identities = _identities(case, case.channel.read(case.raw, case.facts))
    assert len(set(identities)) == len(identities)


@pytest.mark.parametrize("case", READABLE, ids=str)
def test_a_message_travels_as_json_and_names_its_channel(case: Case) -> None:
    for reading in case.channel.read(case.raw, case.facts):
        assert Message.from_bytes(reading.message.to_bytes()) == reading.message
        assert reading.message.channel == case.channel.name
        assert len(reading.contents) in (0, len(reading.message.attachments))


def _identities(case: Case, readings: object) -> list[str]:
    assert isinstance(readings, list | tuple)
    return [
        message_identity(
            case.channel.name, case.channel.identity_parts(case.raw, reading.message, case.facts)
        )
        for reading in readings
    ]
