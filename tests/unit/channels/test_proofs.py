"""Secrets compare in constant time and an empty one opens nothing."""

from channels.proofs import header, hex_digest, same, same_as_any


def test_an_empty_secret_equals_nothing() -> None:
    assert not same("", "")
    assert same("a", "a")
    assert not same("a", "b")
    assert not same("ü", "a")


def test_one_of_several_is_enough() -> None:
    assert same_as_any("b", ["a", "b"])
    assert not same_as_any("c", ["a", "b"])
    assert not same_as_any("", [])


def test_headers_have_no_capitals() -> None:
    assert header({"X-Proof": "1"}, "x-proof") == "1"
    assert header({"x-proof": "1"}, "X-Proof") == "1"
    assert header({}, "x-proof") == ""


def test_the_digest_is_hmac_sha_256() -> None:
    """RFC 4231, test case 2."""
    assert hex_digest("Jefe", b"what do ya want for nothing?") == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )
