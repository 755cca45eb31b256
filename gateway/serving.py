"""The role that takes complaints in over HTTP: intake around the app, readiness once the spool is drained."""

import asyncio
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import uvicorn

from gateway.bootstrap import Parts
from gateway.deadletters import Console
from gateway.front import Front, FrontOptions, Policy
from gateway.http import create_app
from gateway.intake import Intake
from gateway.link import Link
from gateway.metrics import FrontMetrics
from gateway.overview import Overview
from gateway.projecting import case_view
from gateway.secrets import check_fingerprint
from gateway.sequence import DeliveryIds
from gateway.spool import Spool
from schemas.errors import Misconfigured, Unavailable

SOURCE = "/gateway/serve"
GRACE_SECONDS = 3


async def serve(parts: Parts, stop: asyncio.Event, ready: Callable[[str], None]) -> None:
    """Run until `stop`. Complaints are taken in even while Kafka is away at the start: the spool has them."""
    settings = parts.settings
    metrics = FrontMetrics()
    intake = _intake(parts, metrics)
    letters = Console(parts.cluster)
    front = _front(parts, intake, metrics, letters)
    config = uvicorn.Config(
        create_app(front), log_config=None, access_log=False, lifespan="off", server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS, h11_max_incomplete_event_size=64 * 1024,
        proxy_headers=bool(settings.trusted_proxies), forwarded_allow_ips=settings.trusted_proxies or None,
    )  # fmt: skip
    server = uvicorn.Server(config)
    listening = _listen(settings.http_host, settings.http_port)
    await intake.start()
    await _check_secret(parts)
    serving = asyncio.ensure_future(server.serve(sockets=[listening]))
    ready(f"on http://{settings.http_host}:{listening.getsockname()[1]}")
    stopped = asyncio.ensure_future(stop.wait())
    await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    await serving
    stopped.cancel()
    await letters.aclose()
    await intake.stop()


def _intake(parts: Parts, metrics: FrontMetrics) -> Intake:
    settings = parts.settings
    spool = Spool(settings.data_dir / "spool", settings.spool_limit_bytes) if settings.spool else None
    ids = DeliveryIds(f"{settings.instance}_serve", datetime.now(UTC))
    return Intake(Link(parts.cluster, SOURCE), ids, parts.blobs, spool, metrics)


def _front(parts: Parts, intake: Intake, metrics: FrontMetrics, letters: Console) -> Front:
    settings, rules = parts.settings, parts.rules
    token = settings.operator_token
    webform = next(channel for channel in parts.enabled() if channel.name == "webform")
    options = FrontOptions(
        public_url=settings.own_url,
        organisation=settings.organisation,
        secret=parts.secret,
        host=settings.http_host,
        operator_token=token.get_secret_value() if token else "",
        body_limit_bytes=settings.body_limit_bytes,
        trusted_proxies=settings.trusted_proxies,
        webform=parts.channel_settings(webform),
        policy=Policy(timedelta(hours=rules.targets.acknowledge_hours), rules.respond_within("normal")),
    )
    overview = Overview(settings.data_dir / "operations.json", lambda: intake.spooled)
    return Front(
        options=options,
        intake=intake,
        doors=parts.doors(),
        blobs=parts.blobs,
        view=case_view(parts),
        operations=overview,
        metrics=metrics,
        clock=lambda: datetime.now(UTC),
        dead_letters=letters,
    )


async def _check_secret(parts: Parts) -> None:
    """Another secret is refused; a broker that is away right now is not a reason to refuse complaints."""
    try:
        async with asyncio.timeout(5):
            await check_fingerprint(parts.cluster, parts.secret)
    except (Unavailable, TimeoutError, OSError):
        return


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        message = f"{host}:{port} cannot be listened on: {error.strerror}; stop what does, or choose another"
        raise Misconfigured("GATEWAY_HTTP_PORT", message) from error
    listening.listen(1024)
    return listening
