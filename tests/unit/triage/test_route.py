"""Rules as data: loaded strictly, explained by line, first match wins."""

from pathlib import Path

import pytest

from classifiers.contract import Text
from schemas.errors import Misconfigured
from schemas.message import Message
from tests.unit.triage.case import WordClassifier
from workers.triage.route.rule import route
from workers.triage.route.rules import load

GOOD = """
queues:
  a: {owner: Ann}
  b: {owner: Bob}
rules:
  - {name: first, when: {channel: sms}, queue: a}
  - {name: second, when: {channel: [sms, mail], category: invoice}, queue: b}
default: a
review: b
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "rules.yaml"
    path.write_text(text)
    return path


def test_first_match_wins_and_says_why(tmp_path: Path) -> None:
    rules = load(written(tmp_path, GOOD))
    (assessment,) = WordClassifier().assess([Text("invoice")])
    decision = route(assessment, Message(channel="mail"), rules)
    assert (decision.queue, decision.rule, decision.owner) == ("b", "second", "Bob")
    assert decision.because == "category is invoice, channel is mail"
    assert route(assessment, Message(channel="sms"), rules).rule == "first"
    assert route(assessment, Message(channel="x"), rules).rule == "default"


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (GOOD.replace("queue: b}", "queue: c}"), "not under 'queues'"),
        (GOOD.replace("channel: sms", "chanel: sms"), "rules.yaml:6"),
        (GOOD.replace("owner: Ann", "owner: ''"), "rules.yaml:3"),
        (GOOD.replace("default: a", ""), "default"),
        *(
            (
                GOOD.replace("owner: Ann", f"owner: Ann, escalation: {nobody}"),
                "rules.yaml:3: queues.a.escalation",
            )
            for nobody in (
                "Head of safety",
                "head@",
                '"head@example.org, b@example.org"',
                "http://example.org/hook",
                '"https://"',
                '"https://ann:secret@example.org/hook"',
                '"https://example.org:99999/hook"',
                '"https://example.org/a hook"',
            )
        ),
        ("queues: [", "not YAML"),
        ("queues: 2026-99-99", "not YAML"),
        ("- queues", "begin with `queues:`"),
        ("5: queues", "rules.yaml:1"),
    ],
)
def test_a_mistake_is_a_sentence_with_its_line(tmp_path: Path, broken: str, says: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        load(written(tmp_path, broken))
    assert says in str(caught.value)


def test_the_built_in_rules_are_good() -> None:
    rules = load()
    assert {rules.default, rules.review} <= rules.queues.keys()


@pytest.mark.parametrize("whom", ["head@example.org", "https://example.org:8443/hook?to=head", ""])
def test_whom_to_tell_else_travels_with_the_decision(tmp_path: Path, whom: str) -> None:
    rules = load(written(tmp_path, GOOD.replace("owner: Ann", f"owner: Ann, escalation: '{whom}'")))
    (assessment,) = WordClassifier().assess([Text("invoice")])
    assert route(assessment, Message(channel="sms"), rules).escalation == whom
    assert route(assessment, Message(channel="mail"), rules).escalation == ""
