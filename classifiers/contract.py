"""What the rest of the house knows of understanding: texts in, assessments out, in the same order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from schemas.assessment import Assessment


@dataclass(frozen=True, slots=True)
class Text:
    """One text to understand. `channel` and `language` are hints and may be empty."""

    text: str
    subject: str = ""
    channel: str = ""
    language: str = ""


class Classifier(Protocol):
    """One loaded pack. Pure: the same text gives the same answer on any worker."""

    @property
    def pack(self) -> str:
        """The pack's name."""
        ...

    def assess(self, texts: Iterable[Text]) -> Sequence[Assessment]:
        """Assess a batch, in order; never raises for a text, however odd."""
        ...
