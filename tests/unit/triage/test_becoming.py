"""What would become of one message: the channel's flags and the classifier's word, each with its say."""

from typing import Any

import pytest

from schemas.message import Address, Flags, Message, ReplyRoute
from schemas.names import ComplaintKind
from tests.unit.gateway.still import judged
from workers.triage.becoming import becoming
from workers.triage.classify.batch import text_of

ROUTE = ReplyRoute(channel="mail", address=Address(kind="mail", value="ann@example.net"))
CASES: list[tuple[dict[str, Any], ComplaintKind, bool, tuple[str, str]]] = [
    ({}, "complaint", False, ("case", "sent")),
    ({}, "automatic", False, ("case", "sent")),
    ({"no_answer": True}, "automatic", False, ("automatic", "")),
    ({"no_answer": True}, "complaint", False, ("case", "the mail asks for no automatic answer")),
    ({"automated": True}, "complaint", True, ("automatic", "")),
    ({"automated": True, "doubtful": True}, "complaint", False, ("case", "sent")),
    ({"automated": True, "doubtful": True}, "other", True, ("case", "sent")),
    ({"automated": True, "doubtful": True}, "other", False, ("automatic", "")),
    ({"read_receipt": True}, "complaint", False, ("automatic", "")),
    ({"bounce": True, "automated": True}, "complaint", False, ("automatic", "")),
    ({}, "spam", False, ("quarantine", "")),
    ({}, "spam", True, ("case", "sent")),
    ({"opt_out": True}, "complaint", False, ("opted out", "")),
]


@pytest.mark.parametrize(("flags", "kind", "danger", "wanted"), CASES)
def test_what_it_becomes(
    flags: dict[str, Any], kind: ComplaintKind, danger: bool, wanted: tuple[str, str]
) -> None:
    message = Message(channel="mail", text="x", flags=Flags(**flags), reply=ROUTE)
    found = becoming(message, judged(kind, danger))
    assert (found.becomes, found.letter) == wanted
    assert found.because


def test_what_is_no_message_becomes_no_case() -> None:
    found = becoming(Message(channel="sms", kind="receipt"), judged("other", False))
    assert (found.becomes, found.letter) == ("receipt", "")
    assert becoming(Message(channel="x", kind="edit"), judged("other", False)).becomes == "edit"


def test_danger_is_looked_for_in_all_that_was_said() -> None:
    message = Message(channel="mail", subject="Heater", text="Hello.", set_aside="It smells of gas.")
    text = text_of(message)
    assert (text.subject, text.text, text.aside) == ("Heater", "Hello.", "It smells of gas.")
