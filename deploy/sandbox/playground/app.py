"""The playground's pages and its JSON: write, and see how everything stands."""

import contextlib
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from smtplib import SMTPException

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

import gateway.pages
from deploy.sandbox.callers import caller
from deploy.sandbox.playground.following import Following, Written
from deploy.sandbox.playground.ways.contract import Refused
from deploy.sandbox.playground.ways.every import Ways
from deploy.sandbox.playground.world import Missing, World

PAGE = Path(__file__).parent / "page"
LOOK = Path(gateway.pages.__file__).parent / "static"
_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'"
_LONGEST = 20_000


class Playground:
    """Customers' writing and what became of it, in memory."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._following = Following()
        self._client = caller()
        self._ways = Ways(world, self._client)

    def routes(self) -> list[Route | Mount]:
        """The page, its files, its JSON."""
        return [
            Route("/", self.page),
            Route("/api/world", self.world),
            Route("/api/write", self.write, methods=["POST"]),
            Route("/api/now", self.now),
            Mount("/page", StaticFiles(directory=PAGE)),
            Mount("/look", StaticFiles(directory=LOOK)),
        ]

    async def page(self, request: Request) -> Response:
        """The one page."""
        return FileResponse(PAGE / "index.html", headers={"Content-Security-Policy": _POLICY})

    async def world(self, request: Request) -> Response:
        """Who can write, and where the other pages are."""
        try:
            names = [one.name for one in self._world.customers()]
            groups = self._ways.groups()
            return JSONResponse({"gateway": self._world.gateway, "customers": names, "groups": groups})
        except Missing as error:
            return _problem(503, str(error))

    async def write(self, request: Request) -> Response:
        """Write as a customer: `{"customer", "channel", "text"}`."""
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return _problem(415, "send JSON, as application/json")
        asked = await request.json()
        found, text = self._ways.of(str(asked.get("channel"))), str(asked.get("text", ""))[:_LONGEST]
        if found is None or not text.strip():
            return _problem(422, "choose a channel and write something")
        way, channel = found
        at, begin = datetime.now(UTC), time.monotonic()
        try:
            who = self._world.customer(str(asked.get("customer")))
            told = await way.write(who, channel, text)
        except (Missing, Refused) as error:
            return _problem(502, str(error))
        except (httpx.HTTPError, OSError, SMTPException) as error:
            return _problem(502, f"could not be sent: {str(error) or type(error).__name__}")
        took_ms = (time.monotonic() - begin) * 1000
        followed = self._following.add(Written(channel, who.name, text, told, at, took_ms))
        return JSONResponse(followed.body(), 201)

    async def now(self, request: Request) -> Response:
        """What was written with its case so far, and what the customers got."""
        try:
            followed = await self._following.now(self._world, self._client)
            letters = await self._ways.arrived(self._world.customers())
        except (Missing, httpx.HTTPError) as error:
            return _problem(503, str(error) or "the gateway does not answer; it may be starting")
        return JSONResponse({"written": followed, "letters": [letter.body() for letter in letters]})

    async def close(self) -> None:
        """Give connections back."""
        self._ways.close()
        await self._client.aclose()


def make_app(world: World) -> Starlette:
    """The playground over this world."""
    playground = Playground(world)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await playground.close()

    return Starlette(routes=playground.routes(), lifespan=lifespan)


def _problem(status: int, detail: str) -> JSONResponse:
    return JSONResponse({"detail": detail}, status)
