"""One place that turns errors into answers: RFC 9457 problem details for programs, a page for people."""

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.pages.render import page as render_page
from gateway.pages.render import wants_html
from schemas.errors import Unavailable, Unreadable, Untrusted

_TITLES = {
    400: "The request cannot be read",
    403: "Not allowed",
    404: "Nothing here",
    405: "This address does not take that method",
    408: "The request came too slowly",
    409: "That cannot be done now",
    413: "The request is too large",
    415: "This media type is not taken here",
    422: "Something is missing or wrong",
    429: "Too many requests",
    500: "Something went wrong on our side",
    503: "We cannot take this in right now",
}


def problem(
    status: int,
    detail: str = "",
    headers: Mapping[str, str] | None = None,
    errors: list[dict[str, str]] | None = None,
) -> JSONResponse:
    """`application/problem+json` (RFC 9457); `errors` lists fields by JSON pointer."""
    body: dict[str, object] = {"title": _TITLES.get(status, "Error"), "status": status}
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = errors
    return JSONResponse(body, status, dict(headers or {}), "application/problem+json")


def _answer(request: Request, status: int, detail: str, headers: Mapping[str, str]) -> Response:
    if wants_html(request) and not request.url.path.startswith(("/in/", "/api/")):
        return render_page(request, "error.html", status, headers, key=f"error_{status}", detail=detail)
    return problem(status, detail, headers)


async def untrusted(request: Request, error: Exception) -> Response:
    """403; what failed is not told to the one who tried."""
    return _answer(request, 403, "the request could not prove where it comes from", {})


async def unavailable(request: Request, error: Exception) -> Response:
    """503 with Retry-After: nothing was stored, come again."""
    assert isinstance(error, Unavailable)
    after = str(max(1, round(error.retry_after or 5)))
    return _answer(request, 503, "nothing was stored; please try again later", {"Retry-After": after})


async def unreadable(request: Request, error: Exception) -> Response:
    """422 with the parser's sentence."""
    return _answer(request, 422, str(error), {})


async def http_error(request: Request, error: Exception) -> Response:
    """What Starlette or a page raised on purpose."""
    assert isinstance(error, HTTPException)
    detail = error.detail if error.status_code not in (404, 405) else ""
    return _answer(request, error.status_code, detail, error.headers or {})


async def our_fault(request: Request, error: Exception) -> Response:
    """500 without a word about the inside; the log has it."""
    return _answer(request, 500, "the error was recorded", {})


HANDLERS = {
    Untrusted: untrusted,
    Unavailable: unavailable,
    Unreadable: unreadable,
    HTTPException: http_error,
    Exception: our_fault,
}
