"""The life of a letter, one word at a time."""

from datetime import timedelta

import pytest

from schemas.errors import Nonsense, Unsupported
from schemas.letter import LETTER_DUE, LetterStatus
from tests.unit.letters.desk import MAIL_ROUTE, NOON, SMS_ROUTE, Desk, due, outside, recipient
from workers.letters import turns
from workers.letters.settings import LettersSettings


def test_a_wish_is_rendered_and_leased_in_one_delta() -> None:
    desk = Desk()
    entry = desk.wish(due())
    assert entry.state == "attempted"
    assert entry.lease_until == NOON + timedelta(seconds=8)
    assert entry.letter is not None
    assert due().reference in entry.letter.text
    assert entry.letter.key == recipient(due())
    assert desk.told() == []


def test_the_same_wish_twice_is_one_letter() -> None:
    desk = Desk()
    first = desk.wish(due())
    desk.now += timedelta(days=1)
    assert desk.wish(due()) == first
    assert desk.outputs == []


def test_news_goes_to_the_home_of_the_case() -> None:
    desk = Desk()
    desk.wish(due(SMS_ROUTE))
    desk.ended(due(SMS_ROUTE), "accepted", provider_id="SM1")
    status = LetterStatus.from_bytes(desk.outputs[0].value)
    assert desk.outputs[0].key == status.person_key.encode() == recipient(due(MAIL_ROUTE)).encode()


def test_accepted_then_delivered_keeps_no_rendering() -> None:
    desk = Desk()
    desk.wish(due())
    accepted = desk.ended(due(), "accepted", provider_id="<id@example.org>")
    assert (accepted.state, accepted.provider_id, accepted.letter, accepted.due) == (
        "accepted", "<id@example.org>", None, None,
    )  # fmt: skip
    assert desk.receipt(due(), "delivered").state == "delivered"
    assert desk.told() == ["accepted", "delivered"]


def test_a_receipt_may_be_faster_than_the_answer() -> None:
    desk = Desk()
    desk.wish(due())
    desk.receipt(due(), "delivered")
    assert desk.ended(due(), "accepted", provider_id="SM1").state == "delivered"
    assert desk.entry(due()).provider_id == "SM1"


@pytest.mark.parametrize("state", ["accepted", "delivered", "failed"])
def test_what_is_delivered_stays_delivered(state: str) -> None:
    desk = Desk()
    desk.wish(due())
    desk.ended(due(), "accepted", provider_id="SM1")
    before = desk.receipt(due(), "delivered")
    assert desk.receipt(due(), state) == before
    assert not desk.last.writes


def test_a_receipt_for_a_letter_nobody_wrote_changes_nothing() -> None:
    desk = Desk()
    with pytest.raises(KeyError):
        desk.receipt(due(), "delivered")
    assert not desk.entries
    assert not desk.outputs


def test_a_receipt_with_another_recipient_is_not_believed() -> None:
    desk = Desk()
    desk.wish(due())
    assert desk.receipt(due(), "failed", person_key="somebody else").state == "attempted"


def test_a_provider_that_is_away_is_tried_again_later_and_told_once() -> None:
    desk = Desk()
    rendered = desk.wish(due()).letter
    for attempt in range(2, 6):
        waiting = desk.ended(due(), "away", reason="no connection")
        assert waiting.state == "due"
        assert waiting.next_attempt_at is not None
        assert waiting.next_attempt_at > desk.now
        desk.now = waiting.next_attempt_at
        again = desk.claim(due())
        assert (again.state, again.attempts, again.letter) == ("attempted", attempt, rendered)
    assert desk.told() == ["due"]


def test_the_provider_may_name_the_time() -> None:
    desk = Desk()
    desk.wish(due())
    waiting = desk.ended(due(), "away", reason="slow down", retry_after=120.0)
    assert waiting.next_attempt_at == NOON + timedelta(seconds=120)


def test_patience_ends() -> None:
    desk = Desk(LettersSettings(give_up_hours=1))
    desk.wish(due())
    desk.now += timedelta(hours=2)
    assert desk.ended(due(), "away", reason="no connection").state == "failed"


def test_doubt_that_never_ends_is_a_persons_task_and_keeps_the_rendering() -> None:
    desk = Desk(LettersSettings(give_up_hours=1))
    desk.wish(due())
    doubtful = desk.ended(due(), "doubt", reason="no answer within the lease")
    assert (doubtful.state, doubtful.in_doubt) == ("attempted", True)
    desk.now += timedelta(hours=2)
    unclear = desk.ended(due(), "doubt", reason="no answer within the lease")
    assert unclear.state == "unclear"
    assert unclear.letter is not None


def test_an_unclear_letter_is_settled_by_a_receipt() -> None:
    desk = Desk()
    desk.wish(due())
    desk.ended(due(), "unclear", reason="the provider cannot tell")
    assert desk.receipt(due(), "delivered").state == "delivered"


def test_a_claim_for_what_is_finished_gets_it_back_as_it_is() -> None:
    desk = Desk()
    desk.wish(due())
    before = desk.ended(due(), "accepted", provider_id="x")
    assert desk.claim(due()) == before


def test_a_new_owner_claims_in_doubt() -> None:
    desk = Desk()
    desk.wish(due())
    desk.now += timedelta(seconds=20)
    entry = desk.claim(due(), in_doubt=True)
    assert (entry.in_doubt, entry.lease_until) == (True, desk.now + timedelta(seconds=8))


def test_nobody_outside_may_speak_for_the_lanes() -> None:
    word = turns.Ended(letter_id=due().letter_id, end="accepted", at=NOON)
    with pytest.raises(Nonsense, match="nobody else"):
        Desk().feed(outside(turns.ENDED, word, "k"))


def test_a_newer_release_pauses_the_partition() -> None:
    with pytest.raises(Unsupported, match="upgrade"):
        Desk().feed(outside(LETTER_DUE.replace("v1", "v2"), due(), "k"))


def test_nonsense_is_named() -> None:
    with pytest.raises(Nonsense, match="letter_id"):
        Desk().feed(outside(LETTER_DUE, turns.Forget(key="x", at=NOON), "k"))


def test_a_full_lane_leaves_the_rest_due() -> None:
    desk = Desk(LettersSettings(concurrency=1))
    records = [outside(LETTER_DUE, due(reference=f"R-{number}"), recipient(due())) for number in range(4)]
    words = desk.stage.prepare(records)
    states = []
    for record, word in zip(records, words, strict=True):
        delta = desk.stage.step(record, word, desk)
        states += [
            b'"attempted"' in value
            for key, value in delta.writes["ledger"].items()
            if b"/" not in key
            if value
        ]
    assert states == [True, True, False, False]
