"""What case systems send back on `outcomes`: reference and case key in the body, any key, any partitioner."""

from typing import Literal, Self

from pydantic import model_validator

from schemas.wire import Moment, Wire

OutcomeType = Literal[
    "taken_up", "informed", "responded", "returned", "duplicate_of", "withdrawn", "closed", "decided"
]
Correction = Literal["corrected", "replaced", "repaired", "refunded", "apologised", "informed", "rejected"]


class Outcome(Wire):
    """One step that a case system took. `case_key` proves that it read the case from its queue."""

    type: OutcomeType
    reference: str
    case_key: str
    at: Moment
    outcome_id: str = ""
    by: str = ""
    correction: Correction | None = None
    text: str = ""
    suggestion: str = ""
    """With `returned`: the queue it would rather see."""
    duplicate_of: str = ""
    category: str = ""
    """With `decided`: what a person says the case is about, of the assessment's choices or another word."""

    @model_validator(mode="after")
    def _says_what_was_decided(self) -> Self:
        if self.type == "decided" and not self.category.strip():
            raise ValueError("`decided` needs a category")
        return self
