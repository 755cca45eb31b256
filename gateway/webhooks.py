"""`/in/<channel>`: verify, make durable, confirm. Raw bytes go on as they came; nothing is parsed here."""

from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from channels.contract import PushRequest
from gateway.front import Front
from schemas.errors import Untrusted


async def webhook(request: Request) -> Response:
    """What the channel's door wants its caller to hear; raises Untrusted (403) and Unavailable (503)."""
    front: Front = request.app.state.front
    name = request.path_params["channel"]
    door = front.doors.get(name)
    if door is None:
        raise HTTPException(404)
    pushed = PushRequest(
        method=request.method,
        url=public_url(request, front.options.public_url),
        headers=request.headers,
        body=await request.body(),
        received_at=front.clock(),
    )
    try:
        verified = door.verify(pushed)
    except Untrusted:
        front.metrics.refused(name, "untrusted")
        raise
    if verified.deliveries:
        await front.intake.accept(name, verified.deliveries)
    answer = verified.answer
    return Response(answer.body, answer.status, media_type=answer.media_type)


def public_url(request: Request, public: str) -> str:
    """The configured address with the path and query as they were asked: what signatures are checked on.

    Neither Host nor a forwarded header has a say in it.
    """
    path = request.scope.get("raw_path") or quote(request.url.path).encode()
    query = request.scope["query_string"]
    return public + path.split(b"?")[0].decode("latin-1") + (f"?{query.decode('latin-1')}" if query else "")
