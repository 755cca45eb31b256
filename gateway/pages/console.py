"""`/console`: how the house is doing, one case from end to end, dead letters. For operators only."""

import logging
import time

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from channels.throttle import Throttle
from gateway.addresses import client_network
from gateway.front import DeadLetters, Front
from gateway.limits import read_body
from gateway.operator import COOKIE, session_cookie, sign_out, signs_in, token_matches
from gateway.pages import clerk
from gateway.pages.render import page
from gateway.pages.submission import fields_of
from schemas import identity

LOG = logging.getLogger(__name__)
_NO_STORE = {"Cache-Control": "no-store"}
_MOST_DEAD_LETTERS = 200
_SHOWN_BYTES = 20_000
_NEWEST = 50
_LONGEST_LOGIN = 16 * 1024


async def live(request: Request) -> Response:
    """The live page; `?fragment=1` is only its inside, which the page asks for again and again."""
    front = _front(request)
    template = "console_live.html" if "fragment" in request.query_params else "console.html"
    return page(request, template, headers=_NO_STORE, operations=await front.operations.operations())


async def operations(request: Request) -> Response:
    """The same as JSON."""
    picture = await _front(request).operations.operations()
    return Response(picture.to_bytes(), media_type="application/json", headers=_NO_STORE)


async def case_page(request: Request) -> Response:
    """One case: its assessment, timeline, messages and letters; without a reference the newest cases."""
    view, typed = _front(request).view, request.query_params.get("reference", "")
    reference = identity.normal_reference(typed)
    case = await view.case(reference) if reference else None
    recent = [] if typed else await view.recent(_NEWEST)
    shown = 200 if case or not typed else 404
    return page(request, "console_case.html", shown, _NO_STORE, case=case, typed=typed, recent=recent)


async def cases_json(request: Request) -> Response:
    """The newest cases, one line each; `?limit=` up to 50."""
    asked = request.query_params.get("limit", "")
    limit = min(int(asked), _NEWEST) if asked.isdecimal() else _NEWEST
    return JSONResponse({"cases": await _front(request).view.recent(limit)}, headers=_NO_STORE)


async def case_json(request: Request) -> Response:
    """The contract JSON of `gateway case --json`."""
    reference = identity.normal_reference(request.path_params["reference"])
    case = await _front(request).view.case(reference) if reference else None
    if case is None:
        raise HTTPException(404)
    return JSONResponse(case, headers=_NO_STORE)


async def dead_letters(request: Request) -> Response:
    """What waits for a person, the newest first."""
    found = await _dead_letters(request).waiting(_MOST_DEAD_LETTERS)
    return page(request, "console_dead_letters.html", headers=_NO_STORE, letters=found)


async def dead_letter(request: Request) -> Response:
    """One dead letter with its cause and its original bytes, as text, never as markup."""
    letter = await _dead_letters(request).one(request.path_params["key"])
    if letter is None:
        raise HTTPException(404)
    original = letter.original_bytes()[:_SHOWN_BYTES].decode("utf-8", "backslashreplace")
    return page(request, "console_dead_letter.html", headers=_NO_STORE, letter=letter, original=original)


async def replay(request: Request) -> Response:
    """Send it in once more; identity and key stay, so a replay never makes a second case."""
    await _dead_letters(request).replay(request.path_params["key"], request.state.operator)
    return RedirectResponse(f"{_front(request).options.base_path}/console/dead-letters?replayed=1", 303)


async def login(request: Request) -> Response:
    """Ask for the operator token and open a session; wrong tokens are slowed down."""
    front = _front(request)
    throttle: Throttle = request.state.throttle
    client, now = client_network(request, front.options.trusted_proxies), time.monotonic()
    if throttle.blocked(client, now):
        raise HTTPException(429, headers={"Retry-After": "60"})
    if request.method == "GET" and not request.query_params.get("key"):
        return page(request, "console_login.html", headers=_NO_STORE, wrong=False)
    if request.method == "GET":
        right = signs_in(request.query_params["key"], front)
        return _signed_in(front, client) if right else page(
            request, "console_login.html", 403, _NO_STORE, wrong=True
        )  # fmt: skip
    form = dict(fields_of(await read_body(request.scope, request.receive, _LONGEST_LOGIN)))
    if not token_matches(form.get("token", ""), front.options.operator_token):
        throttle.count(client, now)
        LOG.warning("console: a wrong token at the login from %s", client)
        return page(request, "console_login.html", 403, _NO_STORE, wrong=True)
    return _signed_in(front, client)


def _signed_in(front: Front, client: str) -> Response:
    LOG.info("console: %s signed in from %s", front.options.operator_name, client)
    answer = RedirectResponse(f"{front.options.base_path}/console", 303)
    answer.set_cookie(**session_cookie(front.options, front.clock()))  # type: ignore[arg-type]
    return answer


async def logout(request: Request) -> Response:
    """End the session of this browser, here and wherever its cookie was copied to."""
    front = _front(request)
    sign_out(request, front)
    LOG.info("console: signed out: %s", request.state.operator)
    answer = RedirectResponse(f"{front.options.base_path}/console/login", 303)
    answer.delete_cookie(COOKIE, path=f"{front.options.base_path}/console")
    return answer


ROUTES = [
    Route("/", live),
    Route("/operations", operations),
    Route("/case", case_page),
    Route("/cases", cases_json),
    Route("/cases/{reference}", case_json),
    Route("/dead-letters", dead_letters),
    Route("/dead-letters/{key:path}/replay", replay, methods=["POST"]),
    Route("/dead-letters/{key:path}", dead_letter),
    Route("/enter", clerk.show, methods=["GET"]),
    Route("/enter", clerk.take, methods=["POST"]),
    Route("/entered", clerk.entered),
    Route("/login", login, methods=["GET", "POST"]),
    Route("/logout", logout, methods=["POST"]),
]


def _front(request: Request) -> Front:
    front: Front = request.app.state.front
    return front


def _dead_letters(request: Request) -> DeadLetters:
    found = _front(request).dead_letters
    if found is None:
        raise HTTPException(404)
    return found
