"""`/healthz`, `/readyz`, `/metrics`: for machines that watch."""

from prometheus_client import generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.front import Front


async def healthz(request: Request) -> Response:
    """The process runs and its loop turns."""
    return JSONResponse({"status": "ok"})


async def readyz(request: Request) -> Response:
    """200 only while a complaint can be taken in, else 503; either says what is wrong behind the door.

    `ready`; `door`, the instance; `spooled`, how many wait here, and `spooled_since`; `detail`, why it is not ready;
    `trouble`, a list of sentences.
    """
    front: Front = request.app.state.front
    refusal, since = front.intake.refusal(), front.intake.spooled_since
    picture = await front.operations.operations()
    stopped = sorted({one.stage for one in picture.stopped})
    said = [*front.intake.trouble(), *(word for ask in front.troubles for word in ask())]
    said += [f"{name} has stopped itself; what is taken in is safe, and waits" for name in stopped]
    body = {
        "ready": not refusal,
        "door": front.instance,
        "spooled": front.intake.spooled,
        "spooled_since": since.isoformat() if since else None,
        "detail": refusal,
        "trouble": list(dict.fromkeys(said)),
    }
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": "5"} if refusal else {})
    return JSONResponse(body, 503 if refusal else 200, headers)


async def metrics(request: Request) -> Response:
    """Prometheus' text format."""
    front: Front = request.app.state.front
    front.metrics.spooled.set(front.intake.spooled)
    front.metrics.lost.set(front.intake.lost)
    front.metrics.spool_bytes.set(front.intake.spool_bytes)
    return Response(generate_latest(front.metrics.registry), media_type="text/plain; version=0.0.4")
