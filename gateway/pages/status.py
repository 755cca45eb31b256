"""`/status`: how a complaint stands, for whoever holds its reference and code and for nobody else."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.front import Front
from gateway.pages.guesses import blocked, matches
from gateway.pages.render import page, wants_html
from gateway.problems import problem
from schemas import identity

_NO_STORE = {"Cache-Control": "no-store"}
_TOLD_STATES = {"quarantined": "received", "open": "open"}
"""What a state is called to the complainant, where that differs."""


@dataclass(frozen=True, slots=True)
class Status:
    """What the complainant may know; `reference` is the case's, which may differ from the one asked for."""

    reference: str
    state: str
    received_at: str = ""
    messages: int = 0

    def body(self) -> dict[str, object]:
        """The JSON answer."""
        told: dict[str, object] = {"reference": self.reference, "state": self.state}
        if self.received_at:
            told |= {"received_at": self.received_at, "messages": self.messages}
        return told


async def status(request: Request) -> Response:
    """The page; with `Accept` other than HTML the same as JSON."""
    if not wants_html(request) or request.url.path.startswith("/api/"):
        return await _for_programs(request)
    asked = {name: request.query_params.get(name, "") for name in ("reference", "code")}
    if not any(asked.values()):
        return page(request, "status.html", headers=_NO_STORE, asked=asked, found=None, missed=False)
    if blocked(request):
        return page(request, "error.html", 429, {"Retry-After": "60"}, key="error_429")
    found = await look_up(request, asked["reference"], asked["code"])
    shown = 200 if found else 404
    return page(request, "status.html", shown, _NO_STORE, asked=asked, found=found, missed=found is None)


async def look_up(request: Request, reference: str, code: str) -> Status | None:
    """None for an unknown reference and for a wrong code alike, after the same work."""
    front: Front = request.app.state.front
    normal = identity.normal_reference(reference)
    if not matches(request, normal, code) or normal is None:
        return None
    case = await front.view.case(normal)
    return _told(case, normal) if case else Status(normal, "processing")


async def _for_programs(request: Request) -> Response:
    if blocked(request):
        return problem(429, headers={"Retry-After": "60"})
    query = request.query_params
    found = await look_up(request, query.get("reference", ""), query.get("code", ""))
    if found is None:
        return problem(404, "there is no complaint with this reference and code")
    return JSONResponse(found.body(), headers=_NO_STORE)


def _told(case: dict[str, Any], asked: str) -> Status:
    """The whole case to whoever wrote to it; to whom nobody vouches for only what was sent under his reference."""
    state = str(case.get("state") or "open")
    events: list[dict[str, Any]] = case.get("events") or []
    messages: list[dict[str, Any]] = case.get("messages") or []
    reference = str(case["reference"])
    own = [one for one in messages if one.get("reference") == asked]
    if asked != reference and any(map(_named_only, own)):
        return Status(asked, "received", str(own[0].get("received_at", "")), len(own))
    shown = messages if _proven(reference, messages) else own
    return Status(
        reference,
        _TOLD_STATES.get(state, state),
        str(events[0].get("at", "")) if events else "",
        len(shown),
    )


def _named_only(message: dict[str, Any]) -> bool:
    return message.get("sender_proof") == "unproven" or "spoofed" in (message.get("flags") or [])


def _proven(reference: str, messages: list[dict[str, Any]]) -> bool:
    """False while the case was opened in the name of an address from which nobody answered."""
    opening = next((one for one in messages if one.get("reference") == reference), {})
    if not _named_only(opening):
        return True
    address = _address(opening)
    return any(_address(one) == address and not _named_only(one) for one in messages)


def _address(message: dict[str, Any]) -> tuple[str, str]:
    sender = message.get("sender") or {}
    return str(sender.get("kind", "")), str(sender.get("value", ""))
