"""The three servers that the intake benchmark compares; `python -m tests.benchmarks.front.doors NAME PORT KAFKA DIR`.

`bare` is what one would write first: Starlette, aiokafka, acks=all, one send awaited for each request.
"""

import asyncio
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from channels.contract import Answer, Inbound, PushRequest, Verified
from gateway.front import Front, FrontOptions
from gateway.http import create_app
from gateway.intake import Intake
from gateway.link import Link
from gateway.metrics import FrontMetrics
from gateway.sequence import DeliveryIds
from gateway.server import listen, serve
from gateway.spool import Spool
from schemas import topics
from tests.unit.front.conftest import Cases, Quiet
from workers.storage.blobs import BlobStore
from workers.storage.kafka import Cluster


class OpenDoor:
    """No proof is asked: signatures cost the same with any intake."""

    def admit(self, method: str, headers: Mapping[str, str]) -> None:
        """Whoever asks."""

    def verify(self, request: PushRequest) -> Verified:
        """Take the body as it is."""
        facts = {"method": request.method}
        inbound = Inbound(request.body, "text/plain", "account", request.received_at, facts)
        return Verified((inbound,), Answer(200, b"ok"))


async def bare(cluster: Cluster, folder: Path) -> tuple[ASGIApp, asyncio.Future[None]]:
    """Nothing but the two libraries."""
    producer = cluster.producer(linger_ms=0)
    await producer.start()
    topic = cluster.topic(topics.DELIVERIES.name)

    async def take(request: Request) -> PlainTextResponse:
        await producer.send_and_wait(topic, await request.body())
        return PlainTextResponse("ok")

    return Starlette(routes=[Route("/in/sms", take, methods=["POST"])]), asyncio.Future()


async def ours(cluster: Cluster, folder: Path) -> tuple[ASGIApp, asyncio.Future[None]]:
    """The front door with everything around it: limits, headers, ids, delivery headers, breaker."""
    metrics, now = FrontMetrics(), datetime.now(UTC)
    blobs = BlobStore(folder / "blobs")
    intake = Intake(
        Link(cluster, "/bench"), DeliveryIds("bench", now), blobs, Spool(folder / "spool"), metrics
    )
    await intake.start()
    front = Front(
        options=FrontOptions("http://127.0.0.1", "Bench", b"benchmark-secret"),
        intake=intake,
        doors={"sms": OpenDoor()},
        blobs=blobs,
        view=Cases(),
        operations=Quiet(),
        metrics=metrics,
        clock=lambda: datetime.now(UTC),
    )
    return create_app(front), asyncio.Future()


async def main(name: str, port: int, bootstrap: str, folder: Path) -> None:
    """Serve until killed."""
    app, forever = await {"bare": bare, "ours": ours}[name](Cluster(bootstrap), folder)
    listener = listen("127.0.0.1", port)
    print("ready", flush=True)
    await asyncio.gather(serve(app, listener, asyncio.Event()), forever)


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], Path(sys.argv[4])))
