"""The stand-in put together: the endpoints, the streams, the faults, one journal."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from deploy.sandbox.faults import CONTROL_PATH, Faults
from deploy.sandbox.journal import Journal
from deploy.sandbox.mastodon.access import Refusal, error, refuse
from deploy.sandbox.mastodon.entities import Entities, timestamp
from deploy.sandbox.mastodon.network import Network
from deploy.sandbox.mastodon.people import People
from deploy.sandbox.mastodon.statuses import Statuses
from deploy.sandbox.mastodon.streaming import Streaming
from deploy.sandbox.mastodon.timelines import Timelines


def make_app(people: People, data: Path, base_url: str, heartbeat_seconds: float) -> ASGIApp:
    """The ASGI app; what people did is kept in `data`/mastodon.jsonl and known again at the next start."""
    network = Network(people, Journal(data / "mastodon.jsonl"), base_url.partition("://")[2])
    entities = Entities(network, base_url)
    streaming = Streaming(network, entities, heartbeat_seconds)
    faults = Faults(_failure)

    async def messages(_: Request) -> Response:
        return JSONResponse([entities.status(one) for one in network.statuses.values() if not one.deleted])

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        streaming.close()

    timelines = Timelines(network, entities)
    control = [Route(f"{CONTROL_PATH}/messages", messages), *faults.routes()]
    routes = [*Statuses(network, entities).routes(), *timelines.routes(), *streaming.routes(), *control]
    return faults.wrap(Starlette(routes=routes, lifespan=lifespan, exception_handlers={Refusal: refuse}))


def _failure(status: int) -> Response:
    says = "Too many requests" if status == 429 else "Something went wrong on our end"
    answer = error(status, says)
    if status == 429:
        answer.headers["X-RateLimit-Limit"] = "300"
        answer.headers["X-RateLimit-Remaining"] = "0"
        answer.headers["X-RateLimit-Reset"] = timestamp(datetime.now(UTC) + timedelta(seconds=1))
    return answer
