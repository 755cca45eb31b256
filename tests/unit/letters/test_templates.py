"""What the letters say, and what an organisation's own letters are held to."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from channels.sms.segments import measure
from schemas.errors import Misconfigured
from schemas.letter import Letter, LetterKind
from schemas.message import Address, ReplyRoute
from tests.unit.letters.desk import MAIL_ROUTE, SMS_ROUTE, Desk, due
from workers.letters.render import sample
from workers.letters.settings import LettersSettings

KINDS: list[LetterKind] = ["acknowledgement", "information", "decision", "survey"]
GOOD = "".join(
    f"{{% block {block} %}}{{{{ reference }}}} {block}{{% endblock %}}\n"
    for block in ("subject", "text", "html", "short")
)


def letter_for(route: ReplyRoute, **words: Any) -> Letter:
    letter = Desk(channels=("mail", "sms", "mastodon")).wish(due(route, **words)).letter
    assert letter is not None
    return letter


def test_an_acknowledgement_says_what_the_standard_asks() -> None:
    letter = letter_for(MAIL_ROUTE)
    for told in (
        due().reference,
        "27 April 2026",
        "reply to this message",
        "/status?reference=",
        due().status_code,
    ):
        assert told in letter.text
        assert told.replace("&", "&amp;") in letter.html
    assert "Example &amp; Sons" in letter.html
    assert "Example & Sons" in letter.text
    assert due().reference in letter.subject


def test_a_text_message_has_no_subject_and_fits() -> None:
    letter = letter_for(SMS_ROUTE)
    assert (letter.subject, letter.html) == ("", "")
    assert measure(letter.text).encoding == "GSM-7"


def test_in_public_nothing_personal_is_said() -> None:
    public = ReplyRoute(
        channel="mastodon", visibility="public", handle="@anna@social.example",
        address=Address(kind="account", value="1", name="Anna"),
    )  # fmt: skip
    letter = letter_for(public, words="You get 300 euros.", kind="decision")
    assert due().status_code not in letter.text
    assert "300" not in letter.text
    assert "nna" not in letter.text


@pytest.mark.parametrize(
    ("asked", "served"), [("de", "de"), ("de-AT", "de"), ("ES", "es"), ("fr", "en"), ("", "en")]
)
def test_the_letter_speaks_the_complainants_language(asked: str, served: str) -> None:
    assert letter_for(MAIL_ROUTE, language=asked).language == served


@pytest.mark.parametrize("language", ["en", "de", "es"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_letter_fits_two_messages_and_one_post(language: str, kind: LetterKind) -> None:
    renderer = Desk().stage.renderer
    _, pattern = renderer.templates.find(language, kind)
    usual = sample(renderer.deployment)
    assert measure(pattern.render("short", usual)).count <= 2
    assert len(pattern.render("short", replace(usual, private=False))) <= 500


def test_every_attempt_would_send_the_same_bytes() -> None:
    desk = Desk()
    first = desk.wish(due())
    desk.ended(due(), "away")
    desk.now = desk.now.replace(year=2027)
    assert desk.claim(due()).letter == first.letter


def own(folder: Path, text: str, name: str = "en/acknowledgement.j2") -> LettersSettings:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return LettersSettings(templates_folder=folder)


def test_an_organisation_writes_its_own(tmp_path: Path) -> None:
    entry = Desk(own(tmp_path, GOOD)).wish(due())
    assert entry.letter is not None
    assert entry.letter.text == f"{due().reference} text"
    assert entry.template.startswith("en/acknowledgement@")
    assert len(entry.sha256) == 64


def test_a_language_of_its_own(tmp_path: Path) -> None:
    entry = Desk(own(tmp_path, GOOD, "fr/acknowledgement.j2")).wish(due(language="fr"))
    assert entry.letter is not None
    assert entry.letter.language == "fr"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (GOOD.replace("{% endblock %}", "", 1), r"acknowledgement\.j2:\d+: "),
        (GOOD.replace("block short", "block brief"), "block short is missing"),
        (GOOD.replace("{{ reference }} html", "nothing"), "does not say the"),
        (GOOD.replace("{{ reference }} text", "{{ reference }} {{ sender }}"), "'sender' is undefined"),
        (GOOD.replace("{{ reference }} short", "{{ reference }}" + "long " * 70), r"is 3 SMS \(GSM-7\)"),
        (GOOD.replace("{{ reference }} subject", "{{ reference }}\nBcc: x"), "more than one line"),
        (GOOD.replace("{{ reference }} text", "{{ reference.__class__.__mro__ }}"), "unsafe"),
    ],
)
def test_a_mistake_stops_the_start_and_is_named(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(Misconfigured, match=says) as caught:
        Desk(own(tmp_path, text))
    assert caught.value.setting == "GATEWAY_LETTERS_TEMPLATES_FOLDER"
    assert "acknowledgement.j2" in str(caught.value)


def test_an_unknown_kind_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="welcome is no letter; there are acknowledgement"):
        Desk(own(tmp_path, GOOD, "en/welcome.j2"))


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="is no folder"):
        Desk(LettersSettings(templates_folder=tmp_path / "away"))


def test_the_default_language_has_every_letter() -> None:
    with pytest.raises(Misconfigured, match="there is no fr/acknowledgement"):
        Desk(LettersSettings(default_language="fr"))
