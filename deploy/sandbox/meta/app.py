"""The stand-in put together: the Graph API, the customers' side, the faults, one journal."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from deploy.sandbox.callers import caller
from deploy.sandbox.faults import CONTROL_PATH, Faults
from deploy.sandbox.journal import Journal
from deploy.sandbox.meta.graph import Graph, error
from deploy.sandbox.meta.outward import Outward
from deploy.sandbox.meta.world import App, Post, World, new_id

PREFIXES = {"whatsapp": "wamid.", "messenger": "m_", "instagram": "m_"}


def make_app(app: App, data: Path) -> ASGIApp:
    """The ASGI app; what it accepts is kept in `data`/meta.jsonl and known again at the next start."""
    world = World(Journal(data / "meta.jsonl"))
    client = caller()
    outward = Outward(app, client)
    graph = Graph(app, world, outward)
    faults = Faults(lambda status: error(status, 2 if status >= 500 else 4, "Service is down"))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await graph.close()
        await client.aclose()

    async def write(request: Request) -> Response:
        """A person writes; with `omit` Meta forgets its webhook."""
        said = await request.json()
        platform = request.path_params["platform"]
        post = world.keep(
            Post(platform, new_id(PREFIXES[platform]), str(said["from"]), str(said["text"]), False)
        )
        if said.get("omit"):
            return JSONResponse({"id": post.id})
        return await told(outward, post, str(said.get("name", "")))

    async def again(request: Request) -> Response:
        """The webhook of an earlier message once more, as Meta sends it that did not hear the first answer."""
        post = next((one for one in world if one.id == request.path_params["id"]), None)
        return await told(outward, post, "") if post else JSONResponse({"error": "no such message"}, 404)

    async def challenge(request: Request) -> Response:
        """Meta asks the webhook for its proof, as when it is entered."""
        answer = await outward.challenge(request.path_params["platform"], "word-to-repeat")
        return JSONResponse({"status": answer.status_code, "body": answer.text})

    async def messages(_: Request) -> Response:
        return JSONResponse([asdict(post) for post in world])

    control = [
        Route(f"{CONTROL_PATH}/messages", messages),
        Route(f"{CONTROL_PATH}/{{platform}}/messages", write, methods=["POST"]),
        Route(f"{CONTROL_PATH}/{{platform}}/messages/{{id}}/again", again, methods=["POST"]),
        Route(f"{CONTROL_PATH}/{{platform}}/challenge", challenge, methods=["POST"]),
    ]
    return faults.wrap(Starlette(routes=[*faults.routes(), *control, *graph.routes()], lifespan=lifespan))


async def told(outward: Outward, post: Post, name: str) -> Response:
    """What our webhook says to a message; 502 when it is not there."""
    try:
        answer = await outward.send(post.platform, outward.message(post, name))
    except httpx.HTTPError as error:
        return JSONResponse({"id": post.id, "webhook": {"error": type(error).__name__}}, 502)
    return JSONResponse({"id": post.id, "webhook": {"status": answer.status_code, "body": answer.text}})
