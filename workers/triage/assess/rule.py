"""The classifier's assessment in the light of how the message came. A safety hit is never lowered."""

from schemas.assessment import Assessment
from schemas.message import Message
from schemas.names import PRIORITIES

STAFFED = frozenset({"webform", "telephone", "letter", "counter"})
"""Channels where a person filled in a complaint form: never quarantined as spam."""


def nobody_wrote(message: Message) -> str:
    """Why no person wrote this, whatever its words; empty when one did, or may have."""
    flags = message.flags
    signs = {
        "a bounce": flags.bounce,
        "a read receipt": flags.read_receipt,
        "an abuse report": flags.feedback_report,
        "an automatic answer": flags.auto_reply,
        "a machine's mail": flags.automated,
    }
    return next((why for why, there in signs.items() if there), "")


def assess(assessment: Assessment, message: Message, known: bool = False) -> Assessment:
    """Automatic mail is automatic whatever its words, unless its mark is a doubtful one and they complain.

    Words alone make no mail automatic: people complain of deliveries that failed in the words of mail systems. A form
    is never spam, nor is what somebody writes who has a case already (`known`). What is left is read by a person.
    """
    complains = assessment.kind == "complaint" or assessment.safety.hit
    if nobody_wrote(message) and not (message.flags.doubtful and complains):
        return assessment.model_copy(update={"kind": "automatic", "kind_confidence": 1.0})
    if assessment.kind == "automatic" and message.channel == "mail" and not message.flags.no_answer:
        return _unclear(assessment)
    if assessment.kind == "spam" and (known or message.channel in STAFFED or assessment.safety.hit):
        return _unclear(assessment)
    if assessment.kind == "automatic" and message.channel in STAFFED:
        return _unclear(assessment)
    return assessment


def _unclear(assessment: Assessment) -> Assessment:
    """What the classifier took for nothing and the channel knows better: unknown is not harmless."""
    priority = max(assessment.priority, "normal", key=PRIORITIES.index)
    return assessment.model_copy(update={"kind": "other", "priority": priority})
