"""`/complain`: the form, its confirmation, and the same as a JSON API."""

import re
import time
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from channels.throttle import Throttle
from channels.webform.payload import ComplaintForm
from gateway.addresses import client_network
from gateway.front import Front
from gateway.origin import same_origin
from gateway.pages import words
from gateway.pages.entry import TRAP_FILLED, Told, check, enclosures, enter, ready, told
from gateway.pages.guesses import blocked, matches
from gateway.pages.render import page, wants_html
from gateway.pages.sheet import keep_earlier, key_of, sheet
from gateway.pages.submission import FIELDS, Submission, new_key, submission_of
from gateway.problems import problem
from schemas import identity
from schemas.form import FLOOD, MANY_FROM_ONE_NETWORK, FilledForm

_NO_STORE = {"Cache-Control": "no-store"}


async def show(request: Request) -> Response:
    """The empty form, with a nonce of its own."""
    return _form_page(request, Submission(), {})


async def take(request: Request) -> Response:
    """Take a complaint: 201 and JSON for programs, a redirect to the confirmation for people.

    Raises Untrusted (another site's browser request), Unavailable (nothing stored).
    """
    front: Front = request.app.state.front
    same_origin(request, front.options.public_url)
    async with submission_of(request, front.options.webform) as submission:
        request.state.language = str(submission.values.get("language", ""))
        form, key, errors = _checked(front, submission, wants_html(request))
        if form is not None and not errors:
            ready(front)
            message = await enclosures(request).store(submission)
            errors |= {"attachments": message} if message else {}
        if form is None or errors:
            return await _refused(request, submission, errors)
        odd = _odd(request, submission, form)
        filled = FilledForm(key=key, attachments=submission.attachments, odd=odd, **form.model_dump())
        answer = await enter(front, "webform", filled)
        return _confirmed(request, answer, filled) if wants_html(request) else _created(answer)


async def received(request: Request) -> Response:
    """The confirmation, after a redirect, so that reloading it sends nothing again."""
    front: Front = request.app.state.front
    reference = identity.normal_reference(request.query_params.get("reference", ""))
    code = request.query_params.get("code", "")
    if blocked(request):
        return page(request, "error.html", 429, {"Retry-After": "60"}, key="error_429")
    if not matches(request, reference, code) or reference is None:
        return RedirectResponse(f"{front.options.base_path}/status", 303)
    via = request.query_params.get("via", "")
    return page(
        request,
        "received.html",
        headers=_NO_STORE,
        told=told(front, reference),
        via=via if via in ("mail", "sms") else "page",
        policy=front.options.policy,
    )


def _odd(request: Request, submission: Submission, form: ComplaintForm) -> list[str]:
    """What the door noticed: the trap, what was read otherwise than typed, too much from one network."""
    odd = [*([TRAP_FILLED] if submission.hidden.get("website") else []), *submission.odd]
    client = client_network(request, request.app.state.front.options.trusted_proxies)
    if _beyond(request.app.state.forms_sent, client):
        odd.append(FLOOD)
    if (form.email or form.phone) and _beyond(request.app.state.addresses_named, client):
        odd.append(MANY_FROM_ONE_NETWORK)
    return odd


def _beyond(throttle: Throttle, client: str) -> bool:
    now = time.monotonic()
    beyond = throttle.blocked(client, now)
    throttle.count(client, now)
    return beyond


def _checked(
    front: Front, submission: Submission, person: bool
) -> tuple[ComplaintForm | None, str, dict[str, str]]:
    key = _key(front, submission, person)
    keep_earlier(front, submission)
    if person:
        submission.values = {name: value for name, value in submission.values.items() if name in FIELDS}
    form, errors = check(front, submission)
    if not key:
        errors.setdefault("form", "page_expired")
    return form, key, errors


def _key(front: Front, submission: Submission, person: bool) -> str:
    """The Idempotency-Key, else the page's nonce; a program without either gets a new one, a person none."""
    return submission.idempotency_key or key_of(front, submission) or ("" if person else new_key())


async def _refused(request: Request, submission: Submission, errors: dict[str, str]) -> Response:
    if wants_html(request):
        await enclosures(request).shelve(submission)
        return _form_page(request, submission, errors)
    texts = words.catalogue(words.language_of(request, request.app.state.front.options.default_language))
    told_errors = [
        {"pointer": f"#/{name[:100]}", "code": _code(key), "detail": texts.get(key, "value_wrong")}
        for name, key in errors.items()
    ]
    first = next(iter(errors))[:100]
    return problem(422, f"{first}: {told_errors[0]['detail']}", errors=told_errors)


def _code(key: str) -> str:
    """The message key without the limit that its words name: `too_long`."""
    return re.sub(r"_\d+$", "", key)


def _form_page(request: Request, submission: Submission, errors: dict[str, str]) -> Response:
    shown = sheet(request.app.state.front, submission, errors)
    return page(request, "complain.html", 422 if errors else 200, _NO_STORE, **shown)


def _confirmed(request: Request, answer: Told, filled: FilledForm) -> Response:
    query = {"reference": answer.reference, "code": answer.status_code, "via": _via(filled)}
    query |= {name: request.query_params[name] for name in ("embed", "lang") if name in request.query_params}
    if filled.language:
        query.setdefault("lang", filled.language)
    base = request.app.state.front.options.base_path
    return RedirectResponse(f"{base}/complain/received?{urlencode(query)}", 303)


def _created(answer: Told) -> Response:
    return JSONResponse(answer.body(), 201, {"Location": answer.status_url} | _NO_STORE)


def _via(filled: FilledForm) -> str:
    return "mail" if filled.email else "sms" if filled.phone else "page"
