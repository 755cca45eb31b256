"""From a submission to a durable delivery and its reference: the one door of page, JSON API and desk."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from starlette.requests import Request

from channels.contract import Inbound
from channels.webform.payload import ComplaintForm
from gateway.enclosures import Enclosures
from gateway.front import Front
from gateway.pages.submission import Submission
from gateway.spool import RETRY_AFTER_SECONDS
from schemas import identity
from schemas.errors import Unavailable
from schemas.form import MEDIA_TYPE, FilledForm
from schemas.names import ChannelName

TRAP_FILLED = "the field that people do not see was filled in"


@dataclass(frozen=True, slots=True)
class Told:
    """What the complainant is told at once."""

    reference: str
    status_code: str
    status_url: str

    def body(self) -> dict[str, str]:
        """The JSON answer."""
        return {
            "reference": self.reference,
            "status_code": self.status_code,
            "status_url": self.status_url,
        }


def check(front: Front, submission: Submission) -> tuple[ComplaintForm | None, dict[str, str]]:
    """The validated form, or message keys by field (`attachments` and unknown names included)."""
    errors = {"attachments": submission.refused[0]} if submission.refused else {}
    context = {"phone_region": front.options.webform.phone_region, "odd": submission.odd}
    try:
        form = ComplaintForm.model_validate(submission.values, context=context)
    except ValidationError as error:
        for problem in error.errors():
            errors.setdefault(str(problem["loc"][0]) if problem["loc"] else "form", _key(problem))
        return None, errors
    return (None, errors) if errors else (form, {})


def ready(front: Front) -> None:
    """Raises Unavailable while nothing can be taken in: before uploads are stored for nothing."""
    if refusal := front.intake.refusal():
        raise Unavailable(refusal, RETRY_AFTER_SECONDS)


def enclosures(request: Request) -> Enclosures:
    """Where this door's uploads go."""
    found: Enclosures = request.app.state.enclosures
    return found


async def enter(
    front: Front, channel: ChannelName, filled: FilledForm, received_at: datetime | None = None
) -> Told:
    """Make it durable and derive what normalise will derive again; raises Unavailable.

    `received_at` is when the complaint reached the house, if that was not just now.
    """
    parts = filled.identity_parts()
    inbound = Inbound(filled.to_bytes(), MEDIA_TYPE, "form", received_at or front.clock())
    await front.intake.accept(channel, [inbound])
    return told(front, identity.reference(front.options.secret, identity.message_identity(channel, parts)))


def told(front: Front, reference: str) -> Told:
    """The reference with its status code and the address of its status page."""
    code = identity.status_code(front.options.secret, reference)
    query = urlencode({"reference": reference, "code": code})
    return Told(reference, code, f"{front.options.public_url}/status?{query}")


def _key(problem: ErrorDetails) -> str:
    kind = problem["type"]
    if kind in ("too_long", "string_too_long"):
        return f"too_long_{problem.get('ctx', {}).get('max_length', '')}"
    if kind == "missing":
        return "description_missing"
    return kind if kind.endswith(("_missing", "_wrong")) else "value_wrong"
