"""`/healthz`, `/readyz`, `/metrics`: for machines that watch."""

from prometheus_client import generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.front import Front
from gateway.problems import problem


async def healthz(request: Request) -> Response:
    """The process runs and its loop turns."""
    return JSONResponse({"status": "ok"})


async def readyz(request: Request) -> Response:
    """Whether a complaint can be taken in; 503 says why not."""
    front: Front = request.app.state.front
    refusal = front.intake.refusal()
    return problem(503, refusal, {"Retry-After": "5"}) if refusal else JSONResponse({"status": "ready"})


async def metrics(request: Request) -> Response:
    """Prometheus' text format."""
    front: Front = request.app.state.front
    front.metrics.spooled.set(front.intake.spooled)
    front.metrics.spool_bytes.set(front.intake.spool_bytes)
    return Response(generate_latest(front.metrics.registry), media_type="text/plain; version=0.0.4")
