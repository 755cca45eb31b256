"""Kinds: whatever is unsure goes to a person, and nobody in danger is ever spam."""

from collections import Counter

import pytest

from classifiers.kind import KindEvidence, is_post, kind_of, may_sell


@pytest.mark.parametrize(
    ("evidence", "kind"),
    [
        (KindEvidence(), "other"),
        (KindEvidence({"complaint": 0.9, "praise": 0.1}), "complaint"),
        (KindEvidence({"spam": 0.95, "other": 0.05}), "spam"),
        (KindEvidence({"spam": 0.55, "other": 0.3, "complaint": 0.15}), "other"),
        (KindEvidence({"spam": 0.99, "complaint": 0.01}, safety=True), "complaint"),
        (KindEvidence({"spam": 0.8, "complaint": 0.2}, cues=Counter(complaint=2)), "complaint"),
        (KindEvidence({"automatic": 0.99, "complaint": 0.01}, cues=Counter(complaint=5)), "complaint"),
        (KindEvidence({"complaint": 0.3, "praise": 0.3, "enquiry": 0.2, "other": 0.2}), "other"),
        (KindEvidence(cues=Counter(complaint=2)), "complaint"),
        (KindEvidence(cues=Counter(automatic=1)), "automatic"),
        (KindEvidence(cues=Counter(automatic=1, complaint=1)), "complaint"),
        (KindEvidence(safety=True), "complaint"),
        (KindEvidence({"spam": 0.99}, polarity={"complaint": 0.9, "praise": 0.1}), "spam"),
        (
            KindEvidence({"complaint": 0.9}, polarity={"complaint": 0.2, "neutral": 0.1, "praise": 0.7}),
            "praise",
        ),
        (KindEvidence({"praise": 0.9}, grievance=0.8, post=True), "complaint"),
        (KindEvidence({"complaint": 0.9}, grievance=0.1, post=True, cues=Counter(praise=1)), "praise"),
        (KindEvidence({"complaint": 0.9}, grievance=0.1, post=True, question=True), "enquiry"),
        (KindEvidence({"other": 0.8, "enquiry": 0.2}, grievance=0.9), "complaint"),
        (KindEvidence({"other": 0.95, "enquiry": 0.05}, grievance=0.9), "other"),
        (KindEvidence({"other": 0.8, "enquiry": 0.2}, grievance=0.6), "other"),
        (KindEvidence({"enquiry": 0.99}, grievance=0.95, cues=Counter(complaint=3)), "complaint"),
        (KindEvidence({"enquiry": 0.99}, grievance=0.95), "enquiry"),
        (KindEvidence({"spam": 0.95, "other": 0.05}, grievance=0.7, post=True), "spam"),
        (KindEvidence({"spam": 0.95, "other": 0.05}, grievance=0.99, post=True), "complaint"),
        (KindEvidence({"spam": 0.95}, grievance=0.7, post=True, safety=True), "complaint"),
        (KindEvidence({"other": 0.9, "enquiry": 0.1}, grievance=0.1, post=True, question=True), "other"),
        (KindEvidence({"spam": 0.9}, grievance=0.9), "spam"),
        (KindEvidence({"complaint": 0.9}, grievance=0.1), "complaint"),
        (KindEvidence({}, grievance=0.9, polarity={"complaint": 0.2, "praise": 0.8}), "praise"),
    ],
)
def test_kind(evidence: KindEvidence, kind: str) -> None:
    said, sure = kind_of(evidence)
    assert said == kind
    assert 0 <= sure <= 1


@pytest.mark.parametrize(
    ("text", "channel", "post"),
    [
        ("hello", "mastodon", True),
        ("@shop hello", "", True),
        ("hello", "sms", True),
        ("hello", "mail", False),
        ("hello", "", False),
        ("a" * 501, "x", False),
    ],
)
def test_what_a_post_is(text: str, channel: str, post: bool) -> None:
    assert is_post(text, channel) is post


@pytest.mark.parametrize(
    "text", ["hello", "Your price is a bomb", "My phone blew up with your messages", "ok then"]
)
def test_what_offers_nothing_is_no_spam_however_sure_the_model(text: str) -> None:
    selling = may_sell(text, Counter())
    kind, _ = kind_of(KindEvidence(probabilities={"spam": 0.99, "other": 0.01}, selling=selling))
    assert kind != "spam"


@pytest.mark.parametrize(
    "text", ["Win 500 now", "see www.example.org", "call +44 20 7946 0018", "words " * 40]
)
def test_what_may_sell_can_be_spam(text: str) -> None:
    selling = may_sell(text, Counter())
    assert kind_of(KindEvidence(probabilities={"spam": 0.99}, selling=selling))[0] == "spam"
