"""One written text with its labels, and the words that its columns may hold."""

from dataclasses import dataclass
from typing import get_args

from schemas.names import CHANNEL_NAMES, ComplaintKind, Severity

SECTORS = (
    *("retail", "telecom", "energy", "transport", "health"),
    *("housing", "banking", "council", "food", "travel"),
)
TONES = (
    *("polite", "furious", "resigned", "sarcastic", "rambling", "telegraphic"),
    *("dictated", "misspelt", "capitals", "emoji", "dialect", "switched"),
)
CATEGORIES = (
    *("safety", "not_delivered", "delivered_late_or_partial", "defective", "poor_service"),
    *("staff_behaviour", "invoice", "contract_terms", "warranty", "refusal"),
    *("misleading_information", "privacy", "accessibility", "other"),
)
HAZARDS = (
    *("fire", "gas", "electricity", "crash", "injury"),
    *("poisoning", "self_harm", "violence", "children", "hazards"),
)
KINDS: tuple[str, ...] = get_args(ComplaintKind)
SEVERITIES: tuple[str, ...] = get_args(Severity)
CHANNELS: tuple[str, ...] = CHANNEL_NAMES
SPLITS = ("train", "test")
LANGUAGES = (
    *("en", "de", "es", "fr", "it", "pt", "nl", "pl"),
    *("tr", "ar", "ru", "zh", "ja", "hi", "th"),
)
"""What heads are trained on; a language beside these has texts for testing only."""
OPEN, CLOSE = "⟦", "⟧"
"""Around the dangerous sentence of a longer text."""
NONE = "-"


@dataclass(frozen=True, slots=True)
class Label:
    """What one reader says of a text. `second`: another category that is as right, "" for none."""

    kind: str
    category: str
    hazards: frozenset[str]
    severity: str
    second: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """One text; `batch` is its language, topic and voice, the unit that is never split."""

    id: str
    language: str
    split: str
    batch: str
    sector: str
    channel: str
    tone: str
    scenario: str
    marked: str

    @property
    def text(self) -> str:
        """Without marks."""
        return self.marked.replace(OPEN, "").replace(CLOSE, "")

    @property
    def danger(self) -> tuple[int, int] | None:
        """Where the marked sentence stands in `text`; None when nothing is marked."""
        begin = self.marked.find(OPEN)
        return None if begin < 0 else (begin, self.marked.index(CLOSE) - 1)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with its settled label."""

    written: Written
    label: Label

    @property
    def text(self) -> str:
        """The text without marks."""
        return self.written.text
