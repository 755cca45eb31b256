"""What would become of one message that nothing is remembered of: for those who try files, not for the stage.

The same rules as in `messages.handle`, without memory: whether it repeats or joins something is not asked.
"""

from dataclasses import dataclass

from schemas.assessment import Assessment
from schemas.message import Message
from workers.loose import no_message
from workers.triage.assess.rule import assess, nobody_wrote
from workers.triage.wishes import no_letter


@dataclass(frozen=True, slots=True)
class Becoming:
    """`becomes`: `case`, `quarantine`, `automatic`, `edit`, `delete`, `receipt`, `reaction`, `system`, `opted out`,
    `opted in`. `letter` is why no acknowledgement goes, `sent` when one does, empty where there is none to send."""

    becomes: str
    because: str
    letter: str = ""


def becoming(message: Message, assessment: Assessment) -> Becoming:
    """`assessment` is the classifier's, before the flags had their say."""
    reason = no_message(message)
    if reason:
        return Becoming(reason, f"it holds no message: {message.kind}")
    if message.kind in ("edit", "delete"):
        return Becoming(message.kind, f"it changes {message.target_id or 'an earlier message'}")
    found = assess(assessment, message)
    if found.kind == "automatic":
        return Becoming("automatic", nobody_wrote(message) or f"its words: {_sure(assessment)}")
    if found.kind == "spam":
        return Becoming("quarantine", _sure(assessment))
    return Becoming("case", _sure(found), no_letter(message) or "sent")


def _sure(assessment: Assessment) -> str:
    return f"{assessment.kind} ({assessment.kind_confidence:.2f})"
