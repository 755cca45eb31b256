"""What a person says of an unclear letter, and what becomes of it."""

from typing import Any

import pytest

from schemas.errors import Nonsense
from tests.unit.letters.desk import MAIL_ROUTE, NOON, SMS_ROUTE, Desk, due
from workers.letters.book import check_unclear
from workers.letters.ledger import Entry


def unclear(desk: Desk, **words: Any) -> Entry:
    desk.wish(due(**words))
    return desk.ended(due(**words), "unclear", reason="the provider cannot tell")


def test_sent_after_all_is_accepted_and_stands_in_the_audit() -> None:
    desk = Desk()
    before = unclear(desk)
    entry = desk.settle(due(), sent=True)
    assert (entry.state, entry.letter, entry.due) == ("accepted", None, None)
    assert entry.reason == "settled by anna: its log"
    assert desk.told() == ["unclear", "accepted"]
    (deed,) = desk.audited()
    assert (deed.type, deed.subject, deed.by, deed.reason) == (
        "letter.settled",
        due().letter_id,
        "anna",
        "its log",
    )
    assert deed.details["as"] == "sent"
    assert deed.original_sha256 == before.sha256


def test_unsent_goes_out_once_more_with_the_same_bytes_through_the_same_gate() -> None:
    desk = Desk()
    before = unclear(desk)
    entry = desk.settle(due(), sent=False)
    assert (entry.state, entry.letter, entry.in_doubt) == ("due", before.letter, False)
    claimed = desk.claim(due())
    assert (claimed.state, claimed.attempts) == ("attempted", before.attempts + 1)
    assert desk.ended(due(), "accepted", provider_id="x").state == "accepted"
    assert desk.told() == ["unclear", "due", "accepted"]


def test_who_opted_out_meanwhile_gets_nothing() -> None:
    desk = Desk()
    unclear(desk)
    desk.consent(due(), opted_out=True)
    desk.settle(due(), sent=False)
    assert desk.claim(due()).state == "suppressed"


def test_a_letter_of_an_older_release_has_no_wish_to_send_it_by() -> None:
    desk = Desk()
    entry = unclear(desk)
    desk.entries[due().letter_id.encode()] = entry.model_copy(update={"due": None}).to_bytes()
    assert desk.settle(due(), sent=False).state == "failed"


def test_an_unclear_letter_that_bounces_leads_to_the_next_way() -> None:
    desk = Desk()
    words: dict[str, Any] = {"route": MAIL_ROUTE, "fallback": [SMS_ROUTE]}
    unclear(desk, **words)
    desk.receipt(due(**words), "failed", code="5.1.1")
    assert [one.route for one in desk.passed_on()] == [SMS_ROUTE]


@pytest.mark.parametrize("end", ["accepted", "refused", "doubt", "away"])
def test_only_what_is_unclear_can_be_settled(end: str) -> None:
    desk = Desk()
    desk.wish(due())
    before = desk.ended(due(), end)
    assert desk.settle(due(), sent=False) == before
    assert desk.audited() == []
    with pytest.raises(Nonsense, match="not unclear: "):
        check_unclear(before)


def test_the_second_of_two_decisions_changes_nothing() -> None:
    desk = Desk()
    unclear(desk)
    desk.settle(due(), sent=True)
    desk.settle(due(), sent=False)
    assert desk.entry(due()).state == "accepted"
    assert len(desk.audited()) == 1
    assert desk.audited()[0].at == NOON
