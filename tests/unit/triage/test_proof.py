"""An address that was only named opens cases of its own, joins nothing, pushes nothing out, until it answers."""

import pytest

from schemas import identity
from tests.unit.triage.case import SECRET
from tests.unit.triage.street import ANNA, Street, token_address

DMARC_FAILED = "mx.us.example.org; dmarc=fail header.from=example.org"


def test_a_typed_address_with_the_reference_of_its_owners_case_is_linked_and_joins_nothing() -> None:
    street = Street()
    hers = street.mail("the boiler leaks").reference
    street.form(f"what about {hers}?")
    event = street.events[-1]
    assert (event.type, event.reference != hers) == ("opened", True)
    assert hers in [link.reference for link in event.links]


def test_a_typed_address_with_the_words_of_its_owner_is_a_case_of_its_own() -> None:
    street = Street()
    hers = street.mail("the boiler leaks").reference
    street.form("the boiler leaks")
    assert street.events[-1].type == "opened"
    assert [link.reference for link in street.events[-1].links] == [hers]


def test_what_was_said_in_the_name_of_an_address_takes_nothing_of_what_its_owner_says() -> None:
    street = Street()
    named = street.form("the boiler leaks")
    event = street.mail("the boiler leaks")
    assert (event.type, [link.reference for link in event.links]) == ("opened", [named])


def test_the_same_words_from_the_same_typed_address_stay_one_case_with_one_letter() -> None:
    street = Street()
    first = street.form("the boiler leaks")
    second = street.form("The boiler   leaks!")
    joined = street.events[-1]
    assert (joined.type, joined.reference, joined.alias) == ("joined", first, second)
    assert [due.reference for due in street.letters] == [first]


@pytest.mark.parametrize("before", [1, 60])
def test_a_flood_in_her_name_pushes_nothing_of_hers_out(before: int) -> None:
    street = Street()
    hers = street.mail("the boiler leaks", Message_ID="<first@example.org>").reference
    for number in range(before * 4):
        street.form(f"nonsense number {number}")
    assert street.mail("the boiler leaks").reference == hers, "the same words"
    assert street.mail(f"any news on {hers}?").reference == hers, "her reference"
    assert street.mail("and now", In_Reply_To="<first@example.org>").reference == hers, "her own mail"


def test_a_case_of_hers_that_is_old_among_many_is_found_by_its_reference() -> None:
    street = Street()
    hers = street.mail("the boiler leaks").reference
    for number in range(60):
        street.mail(f"something else, number {number}")
    assert street.mail(f"any news on {hers}?").reference == hers


@pytest.mark.parametrize("how", ["token", "letter", "reference"])
def test_an_answer_from_the_address_joins_and_proves_the_case(how: str) -> None:
    street = Street()
    named = street.form("the boiler leaks")
    (due,) = street.letters
    assert due.unproven
    letter_id = f"<letter.{due.letter_id}.{identity.person_key(SECRET, 'mail', ANNA)}@us.example.org>"
    street.sent(due, letter_id)
    answer = {
        "token": ("one more thing", {"To": token_address(named)}),
        "letter": ("one more thing", {"In_Reply_To": letter_id}),
        "reference": (f"more on {named}", {}),
    }[how]
    joined = street.mail(answer[0], **answer[1])
    assert (joined.type, joined.reference) == ("joined", named)
    assert street.mail(answer[0]).reference == named, "hers from now on"


@pytest.mark.parametrize("how", ["token", "reference", "thread", "words"])
def test_a_forged_sender_is_taken_in_flagged_joins_nothing_and_is_not_answered(how: str) -> None:
    street = Street()
    hers = street.mail("the boiler leaks", Message_ID="<first@example.org>").reference
    written = len(street.letters)
    text, headers = {
        "token": ("close it", {"To": token_address(hers)}),
        "reference": (f"close {hers}", {}),
        "thread": ("close it", {"In_Reply_To": "<first@example.org>"}),
        "words": ("the boiler leaks", {}),
    }[how]
    event = street.mail(
        text, Authentication_Results=DMARC_FAILED, Reply_To="mallory@evil.example.net", **headers
    )
    assert (event.type, event.reference != hers) == ("opened", True)
    assert event.message is not None
    assert "spoofed" in event.message.flags
    assert any("forged" in problem for problem in event.message.problems)
    assert hers in [link.reference for link in event.links]
    (due,) = street.letters[written:]
    assert due.suppress == "its sender is forged"


def test_what_is_typed_after_the_same_words_were_forged_is_answered() -> None:
    street = Street()
    street.mail("the boiler leaks", Authentication_Results=DMARC_FAILED)
    typed = street.form("the boiler leaks")
    assert [(due.reference, due.suppress) for due in street.letters[1:]] == [(typed, "")]


def test_a_token_that_is_not_ours_is_flagged_and_its_case_linked() -> None:
    street = Street()
    hers = street.mail("the boiler leaks").reference
    token = identity.reply_token(SECRET, hers)[:-4] + "0000"
    event = street.mail("tell me all", "mallory@evil.example.net", To=f"help+{token}@us.example.org")
    assert event.type == "opened"
    assert event.message is not None
    assert "forged_pointer" in event.message.flags
    assert "carries a reply token that is not ours" in event.message.problems
    assert hers in [link.reference for link in event.links]


def test_an_answer_to_a_letter_of_somebody_else_is_flagged() -> None:
    street = Street()
    street.mail("the boiler leaks")
    (due,) = street.letters
    letter_id = f"<letter.{due.letter_id}.{identity.person_key(SECRET, 'mail', ANNA)}@us.example.org>"
    street.sent(due, letter_id)
    event = street.mail("tell me all", "mallory@evil.example.net", In_Reply_To=letter_id)
    assert event.type == "opened"
    assert event.message is not None
    assert "answers a letter that was written to another address" in event.message.problems


def test_a_header_that_claims_another_author_is_no_identity() -> None:
    """X-Original-From of any mail: the case of the person it names is neither joined nor told to the sender."""
    street = Street()
    hers = street.mail("the boiler leaks").reference
    claim = street.mail(f"what about {hers}?", "mallory@evil.example.net", X_Original_From=ANNA)
    assert (claim.type, claim.reference != hers) == ("opened", True)


def test_a_form_without_an_address_is_acknowledged_by_its_page() -> None:
    street = Street()
    reference = street.form("the boiler leaks", email="")
    assert [(due.reference, due.shown, due.unproven) for due in street.letters] == [(reference, True, False)]


def test_a_letter_to_an_address_that_nobody_vouches_for_says_so() -> None:
    street = Street()
    street.form("the boiler leaks")
    street.mail("the boiler leaks")
    assert [due.unproven for due in street.letters] == [True, False]
