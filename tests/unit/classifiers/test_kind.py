"""Kinds: whatever is unsure goes to a person, and nobody in danger is ever spam."""

from collections import Counter

import pytest

from classifiers.kind import KindEvidence, is_post, kind_of


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
        (KindEvidence({"praise": 0.9}, grievance=0.8), "complaint"),
        (KindEvidence({"complaint": 0.9}, grievance=0.1, cues=Counter(praise=1)), "praise"),
        (KindEvidence({"complaint": 0.9}, grievance=0.1, question=True), "enquiry"),
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
        ("hello", "mail", False),
        ("a" * 501, "x", False),
    ],
)
def test_what_a_post_is(text: str, channel: str, post: bool) -> None:
    assert is_post(text, channel) is post
