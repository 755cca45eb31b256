"""The role that takes complaints in over HTTP: intake around the app, taking in from the first second."""

import asyncio
import errno
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from channels.clerk.settings import ClerkSettings
from channels.webform.settings import WebformSettings
from gateway import environment, server
from gateway.addresses import Proxies
from gateway.apart import check_house, check_view
from gateway.bootstrap import Parts
from gateway.deadletters import Console
from gateway.front import Front, FrontOptions, Policy
from gateway.http import create_app
from gateway.intake import Intake
from gateway.lasting import in_memory
from gateway.link import Link
from gateway.metrics import FrontMetrics
from gateway.operator import check_token
from gateway.overview import Overview
from gateway.pages.words import languages
from gateway.projecting import case_view
from gateway.sequence import DeliveryIds
from gateway.sessions import Sessions
from gateway.spool import Spool
from gateway.ways import ways
from schemas.errors import Misconfigured, Unavailable
from workers.storage.kafka import KafkaError

LOG = logging.getLogger(__name__)
SOURCE = "/gateway/serve"
CHECK_SECONDS = 5
CHECK_PAUSE_SECONDS = 1


async def serve(parts: Parts, stop: asyncio.Event, ready: Callable[[str], None]) -> None:
    """Run until `stop`. Complaints are taken in even while Kafka is away at the start: the spool has them.

    Raises Misconfigured for an address that is taken, and for another secret as soon as the broker can tell.
    """
    settings = parts.settings
    settings.check_exposure()
    await check_view(parts)
    metrics = FrontMetrics()
    intake = _intake(parts, metrics)
    front = _front(parts, intake, metrics)
    listener = _listener(settings.http_host, settings.http_port)
    await intake.start()
    try:
        async with asyncio.TaskGroup() as group:
            checking = group.create_task(_check_secret(parts))
            ready(f"on http://{settings.http_host}:{listener.getsockname()[1]}")
            app, proxies = create_app(front), front.options.trusted_proxies
            await server.serve(app, listener, stop, proxies, settings.connections_per_address)
            checking.cancel()
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None
    finally:
        await intake.stop()


def _intake(parts: Parts, metrics: FrontMetrics) -> Intake:
    settings = parts.settings
    lasts = not in_memory(settings.data_dir)
    if settings.spool and not lasts:
        LOG.warning(
            "%s is in memory: without a lasting GATEWAY_DATA_DIR nothing is spooled, and while Kafka is away complaints"
            " are answered 503 with Retry-After",
            settings.data_dir,
        )
    folder = settings.data_dir / "spool"
    spool = Spool(folder, settings.spool_limit_bytes) if settings.spool and lasts else None
    ids = DeliveryIds(f"{settings.own_instance}_serve", datetime.now(UTC))
    return Intake(Link(parts.cluster, SOURCE), ids, parts.blobs, spool, metrics)


def _front(parts: Parts, intake: Intake, metrics: FrontMetrics) -> Front:
    settings, rules = parts.settings, parts.rules
    token = settings.operator_token.get_secret_value() if settings.operator_token else ""
    check_token(token)
    options = FrontOptions(
        public_url=settings.own_url,
        organisation=settings.organisation,
        secret=parts.secret,
        host=settings.http_host,
        operator_token=token,
        operator_name=settings.operator_name,
        body_limit_bytes=settings.body_limit_bytes,
        trusted_proxies=Proxies.of(settings.trusted_proxies),
        webform=environment.read(WebformSettings),
        clerks=environment.read(ClerkSettings).enabled,
        ways=ways(settings.organisation),
        default_language=_language(settings.default_language),
        policy=Policy(
            timedelta(hours=rules.targets.acknowledge_hours),
            rules.respond_within("normal"),
            _outside(settings.outside_bodies),
        ),
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
        dead_letters=Console(parts.cluster),
        sessions=Sessions(settings.data_dir / "signed-out"),
        instance=settings.own_instance,
    )


def _language(code: str) -> str:
    if code not in languages():
        there = ", ".join(languages())
        raise Misconfigured(
            "GATEWAY_DEFAULT_LANGUAGE", f"there are no pages in {code!r}; choose one of {there}"
        )
    return code


def _outside(bodies: Mapping[str, str]) -> list[tuple[str, str]]:
    for name, link in bodies.items():
        if not name.strip() or not link.startswith(("https://", "http://", "mailto:", "tel:")):
            raise Misconfigured("GATEWAY_OUTSIDE_BODIES", f"{name!r} needs a link that begins with https://")
    return list(bodies.items())


async def _check_secret(parts: Parts) -> None:
    """Raises Misconfigured for another secret, whenever the broker is there to tell; until then we take in."""
    while True:
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                return await check_house(parts)
        except (Unavailable, KafkaError, TimeoutError, OSError):
            await asyncio.sleep(CHECK_PAUSE_SECONDS)


def _listener(host: str, port: int) -> Any:
    try:
        return server.listen(host, port)
    except OSError as error:
        taken = error.errno in (errno.EADDRINUSE, errno.EACCES)
        setting = "GATEWAY_HTTP_PORT" if taken else "GATEWAY_HTTP_HOST"
        cure = (
            "stop what does, or choose another (0 picks a free one)"
            if taken
            else "it is no address of this machine"
        )
        message = f"{host}:{port} cannot be listened on: {error.strerror}; {cure}"
        raise Misconfigured(setting, message) from error
