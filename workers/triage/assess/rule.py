"""The classifier's assessment in the light of how the message came. A safety hit is never lowered."""

from schemas.assessment import Assessment
from schemas.message import Message

STAFFED = frozenset({"webform", "telephone", "letter", "counter"})
"""Channels where a person filled in a complaint form: never quarantined as spam."""


def assess(assessment: Assessment, message: Message) -> Assessment:
    """Automatic mail is automatic whatever its words; a form is never spam."""
    flags = message.flags
    if flags.auto_reply or flags.bounce or flags.feedback_report or flags.automated:
        return assessment.model_copy(update={"kind": "automatic", "kind_confidence": 1.0})
    if assessment.kind == "spam" and (message.channel in STAFFED or assessment.safety.hit):
        return assessment.model_copy(update={"kind": "other"})
    if assessment.kind == "automatic" and message.channel in STAFFED:
        return assessment.model_copy(update={"kind": "other"})
    return assessment
