"""`/console/enter`: staff take a complaint down that came by telephone, by letter or at the counter."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from channels.webform.payload import ComplaintForm
from gateway.front import Front
from gateway.pages.entry import check, enclosures, enter, ready, told
from gateway.pages.render import page
from gateway.pages.sheet import keep_earlier, key_of, sheet
from gateway.pages.submission import FIELDS, Submission, submission_of
from schemas import identity
from schemas.form import FilledForm
from schemas.names import ChannelName

CHANNELS: tuple[tuple[ChannelName, str], ...] = (
    ("telephone", "Telephone"),
    ("letter", "Letter"),
    ("counter", "Counter"),
)
_NAMES = {name for name, _ in CHANNELS}
_NO_STORE = {"Cache-Control": "no-store"}


async def show(request: Request) -> Response:
    """The empty entry form; 404 where the desk is switched off."""
    _desk(request)
    return _form(request, Submission(), {})


async def take(request: Request) -> Response:
    """Take the entry; the clock starts when the complaint was received, as the clerk says."""
    front = _desk(request)
    async with submission_of(request, front.options.webform) as submission:
        form, entry, errors = _checked(front, submission)
        if form is not None and entry.received_at is not None and not errors:
            ready(front)
            message = await enclosures(request).store(submission)
            errors |= {"attachments": message} if message else {}
        if form is None or entry.received_at is None or errors:
            await enclosures(request).shelve(submission)
            return _form(request, submission, errors)
        filled = FilledForm(
            key=entry.key,
            attachments=submission.attachments,
            taken_by=entry.taken_by,
            odd=submission.odd,
            **form.model_dump(),
        )
        channel = cast(ChannelName, submission.hidden["channel"])
        answer = await enter(front, channel, filled, entry.received_at)
    query = {"reference": answer.reference, "to": "address" if filled.addresses() else "print"}
    return RedirectResponse(f"{front.options.base_path}/console/entered?{urlencode(query)}", 303)


async def entered(request: Request) -> Response:
    """The confirmation: what to tell the complainant, or to print and hand over."""
    front: Front = request.app.state.front
    reference = identity.normal_reference(request.query_params.get("reference", ""))
    if reference is None:
        return RedirectResponse(f"{front.options.base_path}/console/enter", 303)
    to_print = request.query_params.get("to") == "print"
    answer, policy = told(front, reference), front.options.policy
    return page(
        request, "console_entered.html", headers=_NO_STORE, told=answer, to_print=to_print, policy=policy
    )


def _desk(request: Request) -> Front:
    front: Front = request.app.state.front
    if not front.options.clerks:
        raise HTTPException(404)
    return front


@dataclass(frozen=True, slots=True)
class _Entry:
    """What is the clerk's of an entry."""

    key: str
    taken_by: str
    received_at: datetime | None


def _checked(front: Front, submission: Submission) -> tuple[ComplaintForm | None, _Entry, dict[str, str]]:
    submission.values = {name: value for name, value in submission.values.items() if name in FIELDS}
    keep_earlier(front, submission)
    form, errors = check(front, submission)
    entry = _Entry(
        key_of(front, submission),
        submission.hidden.get("taken_by", "").strip()[:200],
        _moment(submission.hidden.get("received_at", ""), front.clock()),
    )
    return form, entry, errors | _own_errors(submission, entry)


def _own_errors(submission: Submission, entry: _Entry) -> dict[str, str]:
    wrong = {
        "form": ("page_expired", not entry.key),
        "channel": ("value_wrong", submission.hidden.get("channel") not in _NAMES),
        "taken_by": ("value_missing", not entry.taken_by),
        "received_at": ("date_wrong", entry.received_at is None),
    }
    return {name: message for name, (message, is_so) in wrong.items() if is_so}


def _moment(typed: str, now: datetime) -> datetime | None:
    """UTC; now when nothing was typed; None for what is no time or lies ahead."""
    if not typed:
        return now
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError:
        return None
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return aware if aware <= now else None


def _form(request: Request, submission: Submission, errors: dict[str, str]) -> Response:
    front: Front = request.app.state.front
    hidden = {name: submission.hidden.get(name, "") for name in ("channel", "taken_by", "received_at")}
    shown = sheet(front, submission, errors)
    status = 422 if errors else 200
    return page(request, "console_enter.html", status, _NO_STORE, channels=CHANNELS, clerk=hidden, **shown)
