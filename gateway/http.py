"""The front door as one ASGI application: routes, limits, and who may reach what."""

from pathlib import Path
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Mount, Route, Router
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from channels.throttle import Throttle
from gateway.enclosures import Enclosures
from gateway.exposure import Exposure
from gateway.front import Front
from gateway.limits import Limits
from gateway.operator import OperatorsOnly
from gateway.pages import complain, console, health, how, openapi, status
from gateway.problems import HANDLERS
from gateway.webhooks import Webhooks

STATIC = Path(__file__).parent / "pages" / "static"


def create_app(front: Front) -> Starlette:
    """The application; `front.intake` is started and stopped by the caller, around serving."""
    options = front.options
    app = Starlette(
        routes=_routes(front),
        exception_handlers=dict(HANDLERS),
        middleware=[
            Middleware(Webhooks, front=front),
            Middleware(
                Exposure,
                open=options.private or bool(options.operator_token),
                embed_origins=tuple(options.webform.embed_origins),
            ),
            Middleware(Limits, body_bytes=options.body_limit_bytes),
        ],
    )
    app.router.redirect_slashes, app.router.default = False, _without_slash
    app.state.front = front
    app.state.throttle = Throttle()
    each_hour = options.webform.letters_per_network_hour
    app.state.addresses_named = Throttle(burst=each_hour, seconds=3600 / each_hour)
    each_minute = options.webform.forms_per_network_minute
    app.state.forms_sent = Throttle(burst=each_minute, seconds=60 / each_minute)
    app.state.enclosures = Enclosures(front.blobs)
    return app


def _routes(front: Front) -> list[Route | Mount]:
    operators = [Middleware(OperatorsOnly, front=front)]
    return [
        Route("/complain", complain.show, methods=["GET"]),
        Route("/complain", complain.take, methods=["POST"]),
        Route("/complain/received", complain.received),
        Route("/status", status.status),
        Route("/how-to-complain", how.how),
        Route("/api/v1/complaints", complain.take, methods=["POST"]),
        Route("/api/v1/status", status.status),
        Route("/api/v1/openapi.json", openapi.openapi),
        Route("/embed.js", _embed),
        Route("/healthz", health.healthz),
        Route("/readyz", health.readyz),
        Route("/metrics", health.metrics, middleware=operators),
        Route("/console", console.live, middleware=operators),
        Mount("/console", Router(console.ROUTES, False, _without_slash), middleware=operators),
        Route("/", _home),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]


async def _embed(request: Request) -> Response:
    return FileResponse(STATIC / "embed.js", headers={"Cache-Control": "max-age=3600"})


async def _home(request: Request) -> Response:
    return RedirectResponse(f"{request.app.state.front.options.base_path}/complain", 307)


async def _without_slash(scope: Scope, receive: Receive, send: Send) -> None:
    """`/complain/` is `/complain`: under our own path, whatever name the request was sent to; else 404."""
    path: str = scope["path"]
    if scope["type"] != "http" or not path.endswith("/") or not path.strip("/"):
        raise HTTPException(404)
    base = scope["app"].state.front.options.base_path
    query = scope["query_string"].decode("latin-1")
    target = f"{base}/{quote(path.strip('/'))}" + (f"?{query}" if query else "")
    await RedirectResponse(target, 307)(scope, receive, send)
