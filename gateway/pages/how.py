"""`/how-to-complain`: what ISO 10002 (7.1) asks an organisation to publish, made from the configuration."""

from starlette.requests import Request
from starlette.responses import Response

from gateway.front import Front
from gateway.pages.render import page


async def how(request: Request) -> Response:
    """The ways, what to tell us, the stages, the times, and the bodies outside."""
    front: Front = request.app.state.front
    return page(request, "how.html", policy=front.options.policy, ways=front.options.ways)
