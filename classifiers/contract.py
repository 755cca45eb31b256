"""What the rest of the house knows of understanding: texts in, assessments out, in the same order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from schemas.assessment import Assessment


@dataclass(frozen=True, slots=True)
class Text:
    """One text to understand. All but `text` may be empty; `channel` and `language` are hints."""

    text: str
    subject: str = ""
    channel: str = ""
    language: str = ""
    aside: str = ""
    """What was cut from the message or stands beside it: searched for danger, and for nothing else."""


class Classifier(Protocol):
    """One loaded pack. Pure: the same text gives the same answer on any worker."""

    @property
    def pack(self) -> str:
        """The pack's name."""
        ...

    def assess(self, texts: Iterable[Text]) -> Sequence[Assessment]:
        """Assess a batch, in order; never raises for a text, however odd."""
        ...
