"""Words that stop letters, and words that only look so."""

import pytest

from channels.sms.consent import wish


@pytest.mark.parametrize(
    "text", ["STOP", "stop", " Stop! ", "STOPALL", "Stop  all", "unsubscribe", "CANCEL", "End"]
)
def test_a_stop_word_alone_opts_out(text: str) -> None:
    assert wish(text) == "opt_out"


@pytest.mark.parametrize(
    "text", ["Stop sending bills", "please cancel my contract", "the end of my patience", ""]
)
def test_a_sentence_is_no_wish(text: str) -> None:
    assert wish(text) == ""


@pytest.mark.parametrize("text", ["START", "optin", "Unstop"])
def test_a_start_word_opts_in(text: str) -> None:
    assert wish(text) == "opt_in"


def test_help_is_no_consent() -> None:
    assert wish("HELP") == "help"


@pytest.mark.parametrize(("said", "expected"), [("STOP", "opt_out"), ("START", "opt_in"), ("HELP", "help")])
def test_the_provider_s_verdict_wins(said: str, expected: str) -> None:
    assert wish("STOP", said) == expected
