"""Faults on request: the next answers of a stand-in fail the way providers fail."""

import asyncio
from collections.abc import Callable

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTROL_PATH = "/_sandbox"


class Fault(BaseModel):
    """The next `count` requests whose path contains `path` are answered with `status`, or hang and then 504.

    With `accept_first` the stand-in does what was asked and only its answer is lost: the unclear case. With `body` the
    answer is that text, whatever the provider's own would be, with any status from 200 on; `location` redirects.
    """

    model_config = ConfigDict(extra="forbid")
    count: int = Field(default=1, ge=1)
    status: int = Field(default=504, ge=200, le=599)
    hang_seconds: float = Field(default=0, ge=0)
    path: str = ""
    method: str = ""
    accept_first: bool = False
    body: str | None = None
    location: str = ""

    def hits(self, scope: Scope) -> bool:
        """Whether this request is one of those meant."""
        return self.path in scope["path"] and self.method in ("", scope["method"])


class Faults:
    """The planned faults, in order; `routes` is the control endpoint, `wrap` puts them before an app."""

    def __init__(self, render: Callable[[int], Response]) -> None:
        """`render` writes the provider's own error body for a status code."""
        self._render = render
        self._planned: list[Fault] = []

    def routes(self) -> list[Route]:
        """GET lists what is left, POST adds a fault, DELETE forgets all."""
        return [Route(f"{CONTROL_PATH}/faults", self._control, methods=["GET", "POST", "DELETE"])]

    def wrap(self, app: ASGIApp) -> ASGIApp:
        """The app with the faults before it; the control endpoints never fail."""

        async def faulty(scope: Scope, receive: Receive, send: Send) -> None:
            fault = self._take(scope)
            if fault is None:
                await app(scope, receive, send)
            else:
                await self._fail(fault, app, (scope, receive, send))

        return faulty

    async def _control(self, request: Request) -> Response:
        if request.method == "DELETE":
            self._planned.clear()
        if request.method == "POST":
            try:
                self._planned.append(Fault.model_validate_json(await request.body()))
            except ValidationError as error:
                return JSONResponse({"error": str(error)}, 422)
        return JSONResponse([fault.model_dump() for fault in self._planned])

    def _take(self, scope: Scope) -> Fault | None:
        if scope["type"] != "http" or scope["path"].startswith(CONTROL_PATH):
            return None
        fault = next((planned for planned in self._planned if planned.hits(scope)), None)
        if fault is not None:
            fault.count -= 1
            if fault.count == 0:
                self._planned.remove(fault)
        return fault

    async def _fail(self, fault: Fault, app: ASGIApp, call: tuple[Scope, Receive, Send]) -> None:
        scope, receive, send = call
        if fault.accept_first:
            await app(scope, receive, _unheard)
        await asyncio.sleep(fault.hang_seconds)
        answer = self._render(fault.status)
        if fault.body is not None or fault.location:
            named = {"Location": fault.location} if fault.location else {}
            answer = Response(fault.body or "", fault.status, named, "application/json")
        await answer(scope, receive, send)


async def _unheard(message: Message) -> None:
    """Takes an answer that nobody will see."""
