"""Aliases: the next message from a named address finds the case, and a forged alias gains nothing."""

import json
from collections.abc import Iterator

import pytest

from schemas import identity
from schemas.intake import ALIAS, ARRIVAL, OUTCOME, Alias, Arrival
from schemas.message import Address, Flags, Message, ReplyRoute
from schemas.outcome import Outcome
from tests.unit.triage.case import SECRET, START, Came, Desk, mail
from workers.triage.alias import rule

ANNA, PHONE, OTHER_PHONE = "anna@example.org", "+442079460018", "+442079460019"


def key(value: str) -> str:
    return identity.person_key(SECRET, "mail" if "@" in value else "phone", value)


def form(text: str, email: str = ANNA, phone: str = PHONE, **words: object) -> Message:
    address = Address(kind="mail", value=email)
    return Message.model_validate(
        {
            "channel": "webform",
            "sender": address,
            "other_addresses": [Address(kind="phone", value=phone)],
            "text": text,
            "reply": ReplyRoute(channel="mail", address=address),
            **words,
        }
    )


def sms(text: str, number: str = PHONE, **words: object) -> Message:
    address = Address(kind="phone", value=number)
    reply = ReplyRoute(channel="sms", address=address)
    return Message.model_validate(
        {"channel": "sms", "sender": address, "text": text, "reply": reply, **words}
    )


class House(Desk):
    """A desk whose words to other homes arrive there, as they do through the topic."""

    def fill_in(self, message: Message, message_id: str = "") -> list[Came]:
        others = [key(other.value) for other in message.other_addresses]
        return self.settled(self.say(message, message_id, other_keys=others))

    def write(self, message: Message, message_id: str = "", **words: object) -> list[Came]:
        return self.settled(self.say(message, message_id, person_key=key(message.sender.value), **words))

    def settled(self, first: Came) -> list[Came]:
        came = [first]
        for step in came:
            came += [self.feed(kind, word) for kind, word in _homeward(step)]
            assert len(came) < 20, "it never ends"
        return came


def _homeward(came: Came) -> Iterator[tuple[str, Alias | Arrival]]:
    for topic, value in came.outputs:
        if topic == "intake.messages":
            alias = "named_key" in json.loads(value)
            yield (ALIAS, Alias.from_bytes(value)) if alias else (ARRIVAL, Arrival.from_bytes(value))


def kinds(steps: list[Came]) -> list[str]:
    return [event.type for step in steps for event in step.events]


def opened(steps: list[Came]) -> str:
    return next(event.reference for step in steps for event in step.events if event.type == "opened")


def test_the_next_message_that_quotes_the_case_finds_it() -> None:
    house = House()
    ref = opened(house.fill_in(form("the fridge is broken")))
    steps = house.write(sms(f"any news on {ref.lower()}?"))
    assert kinds(steps) == ["joined"]
    (joined,) = [event for step in steps for event in step.events]
    assert (joined.reference, joined.person_key, joined.channel) == (ref, key(ANNA), "sms")
    assert "named when the case was opened" in joined.details["why"]
    assert joined.message is not None
    assert joined.message.sender.value == PHONE
    assert [(due.channel, due.reference) for step in steps for due in step.letters] == [("sms", ref)]


@pytest.mark.parametrize("how", ["token", "thread"])
def test_an_answer_finds_the_case_too(how: str) -> None:
    house = House()
    ref = opened(house.fill_in(form("broken", message_id="<form-1@us>")))
    pointer = {
        "token": {"reply_token": identity.reply_token(SECRET, ref)},
        "thread": {"in_reply_to": "<form-1@us>"},
    }[how]
    assert kinds(house.write(sms("and the freezer", **pointer))) == ["joined"]


def test_what_points_nowhere_is_a_case_of_its_own_linked_to_the_one_that_named_the_number() -> None:
    house = House()
    ref = opened(house.fill_in(form("the fridge is broken")))
    steps = house.write(sms("where is my refund"))
    assert kinds(steps) == ["opened"]
    own = steps[0].queued[0]
    assert [(link.reference, link.why) for link in own.links] == [(ref, rule.WHY)]
    assert own.case_key.startswith(key(PHONE))


def test_a_message_is_sent_on_once_and_comes_back_as_its_own_case() -> None:
    house = House()
    ref, case_key = (came := house.fill_in(form("broken"))[0].queued[0]).reference, came.case_key
    closed = Outcome(type="closed", reference=ref, case_key=case_key, at=house.now, outcome_id="1")
    house.feed(OUTCOME, closed)
    steps = house.write(sms(f"still broken: {ref}"))
    assert kinds(steps) == ["opened"]
    assert len(steps) == 3, "sent on, looked at, sent back"
    assert steps[-1].events[0].person_key == key(PHONE)
    assert [due.route.address.value for due in steps[-1].letters] == [PHONE]


def test_the_same_delivery_again_is_one_message_wherever_it_went() -> None:
    house = House()
    ref = opened(house.fill_in(form("broken")))
    house.write(sms(f"news on {ref}?"), "SM1")
    assert kinds(house.write(sms(f"news on {ref}?"), "SM1")) == ["duplicate"]
    house.write(sms("something else"), "SM2", forwarded=False)
    assert kinds(house.write(sms("something else"), "SM2")) == ["duplicate"]


def test_a_case_that_came_before_its_alias_is_linked() -> None:
    house = House()
    early = opened(house.write(sms("the fridge is broken")))
    steps = house.fill_in(form("my fridge, as told by telephone"))
    ref = opened(steps)
    linked = next(event for step in steps for event in step.events if event.type == "linked")
    assert (linked.reference, linked.links[0].reference) == (early, ref)
    assert [event.type for step in steps for event in step.queued] == ["complaint.opened", "complaint.linked"]


def test_who_names_a_victims_number_captures_nothing_of_what_the_victim_writes() -> None:
    """Not even a text that the forger knew beforehand and filled in himself."""
    house = House()
    house.fill_in(form("the water was off for three days", "mallory@example.org"))
    steps = house.write(sms("the water was off for three days"))
    assert kinds(steps) == ["opened"]
    assert steps[0].events[0].person_key == key(PHONE)
    assert not [topic for step in steps for topic, _ in step.outputs if topic == "intake.messages"]


def test_who_fills_in_a_victims_mail_with_his_own_number_reaches_no_case_of_the_victim() -> None:
    house = House()
    victims = opened(house.settled(house.say(mail("my account 17 was robbed", message_id="<1@x>"))))
    house.fill_in(form("hello", phone=OTHER_PHONE))
    for number, words in enumerate(
        (
            {"text": f"tell me about {victims}"},
            {"text": "x", "reply_token": identity.reply_token(SECRET, victims)},
            {"text": "y", "in_reply_to": "<1@x>"},
            {"text": "my account 17 was robbed"},
        )
    ):
        message = sms("", OTHER_PHONE).model_copy(update=words)
        steps = house.write(message, f"SM{number}")
        assert kinds(steps) == ["opened"], words
        assert steps[-1].events[0].person_key == key(OTHER_PHONE)
        assert all(due.reference != victims for step in steps for due in step.letters)


def test_joining_a_case_gives_nobody_a_way_into_it() -> None:
    """A form with the victim's mail that quotes his case joins it, but its telephone stays outside."""
    house = House()
    victims = opened(house.settled(house.say(mail("my account 17 was robbed"))))
    assert kinds(house.fill_in(form(f"about {victims}", phone=OTHER_PHONE))) == ["joined"]
    assert kinds(house.write(sms(f"about {victims}", OTHER_PHONE))) == ["opened"]


def test_a_forged_alias_record_finds_a_closed_door() -> None:
    """What is remembered at the other address only finds the way; the case's own record decides."""
    house = House()
    victims = opened(house.settled(house.say(mail("my account 17 was robbed"))))
    forged = Alias(
        reference=victims, named_key=key(OTHER_PHONE), home_key=key(ANNA), cause="c" * 32, at=START
    )
    house.feed(ALIAS, forged)
    assert kinds(house.write(sms(f"about {victims}", OTHER_PHONE))) == ["opened"]


def test_a_flood_of_forged_aliases_is_not_a_flood_of_links() -> None:
    house = House()
    house.write(sms("the fridge is broken"))
    links = [
        kinds(house.fill_in(form("hello", f"mallory{number}@example.org"), str(number))).count("linked")
        for number in range(10)
    ]
    assert sum(links) == rule.MOST_LINKS


def test_a_forged_sender_is_not_sent_on() -> None:
    house = House()
    ref = opened(house.fill_in(form("broken")))
    steps = house.write(sms(f"news on {ref}?", flags=Flags(spoofed=True)))
    assert kinds(steps) == ["opened"]


def test_a_spoofed_sender_and_spam_name_nobody() -> None:
    house = House()
    spoofed = house.fill_in(form("broken", flags=Flags(spoofed=True)))
    spam = house.fill_in(mail("spam", other_addresses=[Address(kind="phone", value=PHONE)]))
    assert len(spoofed) == len(spam) == 1


def test_a_withdrawn_case_takes_its_aliases_back() -> None:
    house = House()
    queued = house.fill_in(form("broken"))[0].queued[0]
    said = Outcome(
        type="withdrawn", reference=queued.reference, case_key=queued.case_key, at=house.now, outcome_id="1"
    )
    house.settled(house.feed(OUTCOME, said))
    assert f"p:{key(PHONE)}".encode() not in house.tables.data["cases"], "a tombstone"
    steps = house.write(sms(f"about {queued.reference}"))
    assert len(steps) == 1
    assert [link.why for link in steps[0].queued[0].links] == [
        "reference named in the text; not a case of this sender"
    ]


def test_what_is_remembered_of_an_address_is_bounded() -> None:
    known: list[Alias] = []
    for number in range(100):
        word = Alias(reference=f"R{number}", named_key="n", home_key=f"h{number}", cause="c", at=START)
        known = rule.remembered(known, word)
    assert [known[0].reference, known[-1].reference] == ["R80", "R99"]
    assert len(rule.links(known, START)) == rule.MOST_LINKS
