"""What a text is about and how much it matters: ISO 10002 clause 7.5's five values, with reasons."""

from pydantic import Field

from schemas.names import ComplaintKind, Priority, Severity
from schemas.wire import Wire


class Reason(Wire):
    """Why: a span of the input text (character offsets, end exclusive) and who says so, with its version."""

    start: int
    end: int
    says: str
    source: str


class Choice(Wire):
    """One label and how sure the classifier is of it, 0 to 1."""

    label: str
    confidence: float


class Safety(Wire):
    """Danger to people. A hit only ever raises the priority."""

    hit: bool = False
    hazards: list[str] = Field(default_factory=list)


class Assessment(Wire):
    """The classifier's whole answer for one text; `model` and `rules` name versions for the record."""

    kind: ComplaintKind
    kind_confidence: float = 0.0
    category: str
    confidence: float
    abstained: bool
    alternatives: list[Choice] = Field(default_factory=list)
    priority: Priority
    severity: Severity
    safety: Safety = Safety()
    complexity: Severity = "low"
    impact: Severity = "low"
    immediate_action: bool = False
    language: str = ""
    unknown: float | None = None
    """Share of the words and word pairs that the model had never met in training; None when no model read the text."""
    reasons: list[Reason] = Field(default_factory=list)
    pack: str = ""
    model: str = ""
    rules: str = ""
