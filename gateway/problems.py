"""One place that turns errors into answers: RFC 9457 problem details for programs, a page for people."""

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.pages.render import page, wants_html
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


def as_problem(error: Exception) -> JSONResponse:
    """The one table of what an error means over HTTP; an error of our own tells nothing of the inside."""
    if isinstance(error, Untrusted):
        return problem(403, "the request could not prove where it comes from")
    if isinstance(error, Unavailable):
        after = str(max(1, round(error.retry_after or 5)))
        return problem(503, "nothing was stored; please try again later", {"Retry-After": after})
    if isinstance(error, Unreadable):
        return problem(422, str(error))
    if isinstance(error, HTTPException):
        detail = error.detail if error.status_code not in (404, 405) else ""
        return problem(error.status_code, detail, error.headers)
    return problem(500, "the error was recorded")


async def answer_error(request: Request, error: Exception) -> Response:
    """A friendly page for a browser, the problem itself for programs."""
    told = as_problem(error)
    if not wants_html(request) or request.url.path.startswith("/api/"):
        return told
    headers = {name: value for name, value in told.headers.items() if not name.startswith("content-")}
    return page(request, "error.html", told.status_code, headers, key=f"error_{told.status_code}")


HANDLERS = dict.fromkeys((Untrusted, Unavailable, Unreadable, HTTPException, Exception), answer_error)
