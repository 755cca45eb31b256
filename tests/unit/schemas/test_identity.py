"""Golden vectors: keys and references must never change, or every known person would be a stranger."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import identity

SECRET = b"a secret of thirty-two characters"


def test_golden_vectors() -> None:
    its = identity.message_identity("mail", [b"complaints@example.org", b"<1@example.org>", b"\x00" * 32])
    person = identity.person_key(SECRET, "mail", "anna@example.org")
    ref = identity.reference(SECRET, its)
    assert its == "d5eb57439e1b588019ba9421498ad431"
    assert person == "9135bc807bee8c853a900f57bd14efed"
    assert ref == "3H35-9YNC-1557W"
    assert identity.status_code(SECRET, ref) == "VMCH3EF8"
    assert identity.letter_id(ref, "acknowledgement", "mail") == "0bb068155a9d532daf6ab63d"
    assert identity.reply_token(SECRET, ref) == "3h359ync1557wp61fwzec7zx1fkz0"
    assert (
        identity.case_key(SECRET, person, ref)
        == "9135bc807bee8c853a900f57bd14efed.3H35-9YNC-1557W.b060e61f139904a1"
    )
    assert identity.event_id(ref, "opened", its) == "f2aefb2121ec19d03270b6db953e9b69"


def test_parts_do_not_run_together() -> None:
    assert identity.message_identity("mail", [b"ab", b"c"]) != identity.message_identity(
        "mail", [b"a", b"bc"]
    )


@given(st.binary(min_size=1, max_size=64))
def test_a_reference_survives_being_typed(seed: bytes) -> None:
    ref = identity.reference(SECRET, seed.hex())
    assert identity.normal_reference(f"  {ref.lower()} ") == ref
    assert identity.normal_reference(ref.replace("-", "").replace("0", "O").replace("1", "l")) == ref


@given(st.binary(min_size=1, max_size=16), st.integers(0, 12), st.integers(1, 31))
def test_one_wrong_character_is_noticed(seed: bytes, place: int, shift: int) -> None:
    code = identity.reference(SECRET, seed.hex()).replace("-", "")
    wrong = identity.CROCKFORD[(identity.CROCKFORD.index(code[place]) + shift) % 32]
    assert identity.normal_reference(code[:place] + wrong + code[place + 1 :]) is None


@pytest.mark.parametrize(
    "forge", [lambda t: t[:-1] + ("a" if t[-1] != "a" else "b"), lambda t: t[:13], lambda t: ""]
)
def test_a_forged_token_opens_nothing(forge: object) -> None:
    token = identity.reply_token(SECRET, identity.reference(SECRET, "x"))
    assert identity.open_reply_token(SECRET, token) is not None
    assert identity.open_reply_token(SECRET, forge(token)) is None  # type: ignore[operator]
    assert identity.open_reply_token(b"another secret of some length...", token) is None


def test_a_case_key_is_sealed() -> None:
    ref = identity.reference(SECRET, "x")
    key = identity.case_key(SECRET, "p" * 32, ref)
    assert identity.open_case_key(SECRET, key) == ("p" * 32, ref)
    assert identity.open_case_key(SECRET, key.replace("p", "q")) is None
    assert identity.open_case_key(SECRET, "nonsense") is None


def test_the_status_code_is_compared_forgivingly_but_wholly() -> None:
    ref = identity.reference(SECRET, "x")
    code = identity.status_code(SECRET, ref)
    assert identity.status_code_matches(SECRET, ref, code.lower())
    assert not identity.status_code_matches(SECRET, ref, code[:-1])
    assert not identity.status_code_matches(SECRET, ref, "")
