"""Who gets no letter, and why."""

from datetime import timedelta

import pytest

from schemas.message import Address, ReplyRoute
from tests.unit.letters.desk import MAIL_ROUTE, SMS_ROUTE, Desk, due, recipient
from workers.letters import ledger, rule
from workers.letters.age import Age
from workers.letters.settings import LettersSettings
from workers.letters.turns import Forget, record


def test_the_page_was_the_letter() -> None:
    entry = Desk().wish(due(shown=True))
    assert (entry.state, entry.letter) == ("shown", None)


def test_triage_may_say_that_none_is_written() -> None:
    entry = Desk().wish(due(suppress="list mail"))
    assert (entry.state, entry.reason) == ("suppressed", "list mail")


def test_off_writes_nothing() -> None:
    entry = Desk(LettersSettings(switch="off")).wish(due())
    assert (entry.state, entry.reason) == ("suppressed", rule.OFF)


def test_off_stops_what_was_waiting() -> None:
    desk = Desk(LettersSettings(switch="hold"))
    assert desk.wish(due()).state == "due"
    later = Desk(LettersSettings(switch="off"), entries=desk.entries)
    assert later.claim(due()).state == "suppressed"


def test_hold_keeps_the_letter_due_and_says_so() -> None:
    desk = Desk(LettersSettings(switch="hold"))
    entry = desk.wish(due())
    assert (entry.state, entry.reason, entry.attempts) == ("due", rule.HOLD, 0)
    assert desk.told() == ["due"]
    on = Desk(entries=desk.entries)
    assert on.claim(due()).state == "attempted"
    assert on.told() == []


def test_a_person_who_opted_out_is_left_alone_until_he_opts_in() -> None:
    desk = Desk()
    desk.consent(due(SMS_ROUTE), True)
    assert desk.wish(due(SMS_ROUTE)).reason == rule.OPTED_OUT
    desk.consent(due(SMS_ROUTE), False)
    assert desk.wish(due(SMS_ROUTE, reference="another")).state == "attempted"


def test_opting_out_stops_a_letter_that_waits() -> None:
    desk = Desk()
    desk.wish(due(SMS_ROUTE))
    desk.ended(due(SMS_ROUTE), "away")
    desk.consent(due(SMS_ROUTE), True)
    assert desk.claim(due(SMS_ROUTE)).state == "suppressed"


def test_opting_out_of_one_channel_leaves_the_other() -> None:
    desk = Desk()
    desk.consent(due(SMS_ROUTE), True)
    assert desk.wish(due(MAIL_ROUTE)).state == "attempted"


def test_so_many_letters_an_hour_to_one_address() -> None:
    desk = Desk(LettersSettings(per_address_hour=3))
    states = [desk.wish(due(reference=f"case {number}")).state for number in range(5)]
    assert states == ["attempted"] * 3 + ["suppressed"] * 2
    desk.now += timedelta(minutes=61)
    assert desk.wish(due(reference="later")).state == "attempted"


VICTIM = ("anna", "Anna+1", "anna+2", "ANNA+x+y", "anna")


@pytest.mark.parametrize(
    "domains", [("example.org",), ("gmail.com", "googlemail.com", "GMAIL.com")], ids=["tags", "dots"]
)
def test_tags_and_dots_are_the_same_mailbox(domains: tuple[str, ...]) -> None:
    desk = Desk(LettersSettings(per_address_hour=3))
    states = []
    for number, local in enumerate(VICTIM):
        name = f"{local[:2]}.{local[2:]}" if len(domains) > 1 and number % 2 else local
        address = Address(kind="mail", value=f"{name}@{domains[number % len(domains)]}")
        route = ReplyRoute(channel="mail", address=address)
        states.append(desk.wish(due(route, reference=f"case {number}")).state)
    assert states == ["attempted"] * 3 + ["suppressed"] * 2


def test_so_many_letters_a_day_to_one_address() -> None:
    desk = Desk(LettersSettings(per_address_hour=2, per_address_day=5))
    desk.now = desk.now.replace(hour=1)
    states = []
    for number in range(8):
        states.append(desk.wish(due(reference=f"case {number}")).state)
        desk.now += timedelta(minutes=40)
    assert states == ["attempted"] * 5 + ["suppressed"] * 3
    desk.now += timedelta(days=1)
    assert desk.wish(due(reference="tomorrow")).state == "attempted"


def to(number: str) -> ReplyRoute:
    return ReplyRoute(channel="sms", address=Address(kind="phone", value=number))


COSTLY = (
    "+8821612345678", "+8835100012345", "+870773123456", "+881612345678", "+8781012345678", "+97912345678",
    "+19002345678", "+449061234567", "+491801234567", "+447012345678", "+8881234567890",
)  # fmt: skip


@pytest.mark.parametrize("number", COSTLY)
def test_costly_numbers_wait_for_a_yes_and_go_with_it(number: str) -> None:
    desk = Desk()
    entry = desk.wish(due(to(number)))
    assert entry.state == "unclear"
    assert "a person must say yes" in entry.reason
    assert desk.told() == ["unclear"]
    assert desk.settle(due(to(number)), sent=False).state == "due"
    assert desk.claim(due(to(number))).state == "attempted"


def test_costly_numbers_that_are_allowed_are_written_to() -> None:
    desk = Desk(LettersSettings(costly_prefixes=["+88351"]))
    assert desk.wish(due(to("+8835100012345"))).state == "attempted"
    assert desk.wish(due(to("+8821612345678"), reference="another")).state == "unclear"


@pytest.mark.parametrize(
    "number", ["+4915112345678", "+12025550123", "+447911123456", "+34612345678", "+61412345678"]
)
def test_ordinary_numbers_are_written_to(number: str) -> None:
    assert Desk().wish(due(to(number))).state == "attempted"


def test_so_many_letters_a_day_to_the_numbers_of_a_country() -> None:
    desk = Desk(LettersSettings(per_country_day=3))
    states = [desk.wish(due(to(f"+44791112345{n}"), reference=f"case {n}")).state for n in range(5)]
    assert states == ["attempted"] * 3 + ["unclear"] * 2
    assert desk.wish(due(to("+34612345678"), reference="elsewhere")).state == "attempted"
    desk.now += timedelta(days=1)
    assert desk.wish(due(to("+447911123459"), reference="tomorrow")).state == "attempted"


def test_what_the_door_found_suspicious_waits_for_a_yes() -> None:
    entry = Desk().wish(due(hold="many forms from one network"))
    assert (entry.state, "many forms" in entry.reason, entry.letter is not None) == ("unclear", True, True)


def test_the_count_of_a_country_survives_a_restart_on_its_day() -> None:
    desk = Desk(LettersSettings(per_country_day=1))
    desk.wish(due(to("+447911123450")))
    age = Age(desk.now + timedelta(hours=5), 400)
    assert not [key for key, value in desk.entries.items() if age.is_over(key, value)]


def test_synthetic_letters_do_not_count() -> None:
    desk = Desk(LettersSettings(per_address_hour=1))
    states = [desk.wish(due(reference=f"case {n}", synthetic=True)).state for n in range(3)]
    assert states == ["attempted"] * 3
    assert desk.wish(due(reference="real")).state == "attempted"


def test_an_address_that_does_not_exist_gets_no_second_letter_for_a_while() -> None:
    desk = Desk()
    desk.wish(due())
    desk.ended(due(), "accepted", provider_id="x")
    assert desk.receipt(due(), "failed", status="failed", code="5.1.1").state == "failed"
    assert desk.wish(due(reference="next")).reason == rule.DEAD_ADDRESS
    desk.now += timedelta(days=31)
    assert desk.wish(due(reference="much later")).state == "attempted"


@pytest.mark.parametrize("code", ["5.2.2", "5.7.1", "30008"])
def test_a_full_mailbox_is_not_a_dead_one(code: str) -> None:
    desk = Desk()
    desk.wish(due())
    desk.receipt(due(), "failed", status="failed", code=code)
    assert desk.wish(due(reference="next")).state == "attempted"


def test_a_failed_letter_takes_the_other_way_the_complainant_gave() -> None:
    desk = Desk()
    wish = due(fallback=[SMS_ROUTE])
    desk.wish(wish)
    desk.ended(wish, "accepted", provider_id="x")
    desk.receipt(wish, "failed", code="5.1.1")
    desk.receipt(wish, "failed", code="5.1.1")
    (other,) = desk.passed_on()
    assert (other.channel, other.route, other.fallback) == ("sms", SMS_ROUTE, [])
    assert other.letter_id == due(SMS_ROUTE).letter_id
    assert desk.outputs[-1].key == recipient(due(SMS_ROUTE)).encode()


@pytest.mark.parametrize("reason", ["opted out", "no way out", "no address"])
def test_a_way_that_is_closed_from_the_start_leads_to_the_other(reason: str) -> None:
    desk = Desk(channels=("mail",) if reason == "no way out" else ("mail", "sms"))
    route = ReplyRoute(channel="sms", address=Address()) if reason == "no address" else SMS_ROUTE
    wish = due(route, fallback=[MAIL_ROUTE])
    if reason == "opted out":
        desk.consent(wish, True)
    desk.wish(wish)
    assert [other.channel for other in desk.passed_on()] == ["mail"]


def test_too_many_letters_lead_nowhere_else() -> None:
    desk = Desk(LettersSettings(per_address_hour=1))
    desk.wish(due(reference="first"))
    assert desk.wish(due(fallback=[SMS_ROUTE])).reason == rule.TOO_MANY
    assert not desk.passed_on()


def test_what_is_old_leaves_the_ledger_and_what_is_not_stays() -> None:
    desk = Desk()
    desk.wish(due())
    desk.consent(due(SMS_ROUTE), True)
    desk.ended(due(), "accepted", provider_id="x")
    desk.now += timedelta(days=401)
    age = Age(desk.now, 400)
    old = [key for key, value in desk.entries.items() if age.is_over(key, value)]
    assert sorted(old) == sorted([due().letter_id.encode(), ledger.recipient_key(recipient(due()))])
    for key in list(desk.entries):
        desk.feed(record(Forget(key=key.decode(), at=desk.now), 0, desk.now))
    assert list(desk.entries) == [ledger.recipient_key(recipient(due(SMS_ROUTE)))]


def test_a_letter_that_waits_is_never_too_old_to_remember() -> None:
    desk = Desk(LettersSettings(switch="hold"))
    desk.wish(due())
    desk.now += timedelta(days=800)
    desk.feed(record(Forget(key=due().letter_id, at=desk.now), 0, desk.now))
    assert desk.entry(due()).state == "due"
