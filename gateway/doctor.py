"""Checks everything that a start depends on and changes nothing: each finding is fine, or says what to mend."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from datetime import UTC, datetime

import httpx

from channels.contract import Channel, Finding, load
from channels.loopback import is_loopback
from gateway import remembered, room
from gateway import topics as house
from gateway.bootstrap import Parts
from gateway.drifting import notes_of
from gateway.folder import VIEW
from gateway.lasting import in_memory, of_a_container
from gateway.monitoring import FILE
from gateway.projecting import case_view
from gateway.segments import waiting
from gateway.sources import source_notes, source_states
from schemas.errors import GatewayError
from schemas.operations import Operations
from workers.storage.kafka import KafkaError

SECONDS = 20.0
PACK_SECONDS = 90.0
"""A busy machine takes its time to load a pack: slow is no fault of the pack."""


async def examine(parts: Parts) -> AsyncIterator[Finding]:
    """Every finding, as it is found."""
    yield _disk(parts)
    yield await _bounded("public address", _exposure(parts))
    yield _spool(parts)
    yield await _bounded("secret of this folder", remembered.own_secret(parts))
    yield await _bounded("case view", _view(parts))
    yield await _bounded("routing rules", _rules(parts))
    yield await _bounded("classifier", asyncio.to_thread(_pack, parts), PACK_SECONDS)
    yield _drift(parts)
    yield _sources(parts)
    async for finding in _kafka(parts):
        yield finding
    for channel in parts.enabled():
        async for finding in _channel(parts, channel):
            yield finding
    async for finding in _letters(parts):
        yield finding


async def _bounded(what: str, check: Awaitable[Finding], seconds: float = SECONDS) -> Finding:
    """A check that fails or hangs is a finding too."""
    try:
        async with asyncio.timeout(seconds):
            return await check
    except GatewayError as error:
        return Finding(what, False, str(error))
    except (KafkaError, OSError) as error:
        return Finding(what, False, f"{str(error) or type(error).__name__}")


def _disk(parts: Parts) -> Finding:
    """The disks of data, blobs and a local Kafka."""
    found = room.free(parts.settings)
    short = list(room.scarce(parts.settings, found))
    told = ", ".join(f"{room.in_words(size)} free for {place}" for place, size in found.items())
    return Finding("disk", not short, "; ".join(short) or f"{told} in {parts.settings.data_dir}")


async def _exposure(parts: Parts) -> Finding:
    parts.settings.check_exposure()
    return Finding("public address", True, f"the outside reaches us at {parts.settings.own_url}")


def _spool(parts: Parts) -> Finding:
    if not parts.settings.spool:
        return Finding("spool", True, "is off: pushed complaints get 503 while Kafka is away")
    folder = parts.settings.data_dir / "spool"
    damaged = [path.name for path in folder.glob("*.damaged")]
    if damaged:
        return Finding(
            "spool", False, f"was damaged on disk; what could not be read is in {', '.join(damaged)}"
        )
    if in_memory(parts.settings.data_dir):
        return Finding(
            "spool",
            False,
            "GATEWAY_DATA_DIR is in memory: pushed complaints get 503 while Kafka is away; use a disk",
        )
    if of_a_container(parts.settings.data_dir):
        return Finding(
            "spool",
            False,
            "GATEWAY_DATA_DIR goes with its container, and the spool with it: mount a volume",
        )
    count = sum(1 for _ in waiting(folder))
    return Finding("spool", True, f"{count} deliveries wait for Kafka" if count else "is empty")


async def _view(parts: Parts) -> Finding:
    """Looked into only where it is: looking makes one."""
    settings = parts.settings
    view = case_view(parts)
    try:
        if not settings.database_url and not (settings.data_dir / VIEW).exists():
            return Finding("case view", True, "will be made by `gateway work project`")
        stands = await view.positions()
    finally:
        await view.aclose()
    return Finding("case view", True, f"stands at {sum(stands.values())} in {len(stands)} partitions")


async def _rules(parts: Parts) -> Finding:
    queues = parts.rules.queues
    told = ", ".join(f"{name} ({queue.told()})" for name, queue in queues.items())
    return Finding("routing rules", True, f"{len(queues)} queues: {told}")


def _pack(parts: Parts) -> Finding:
    parts.classifier  # noqa: B018 - loading it is the check
    return Finding("classifier", True, f"the pack {parts.settings.pack_dir or parts.settings.pack} loads")


def _sources(parts: Parts) -> Finding:
    """As the process that collects told it last."""
    states = source_states(parts.settings.data_dir, datetime.now(UTC), {})
    notes = source_notes(states)
    if notes:
        return Finding("collecting", False, "; ".join(notes))
    return Finding("collecting", True, f"{len(states)} accounts are collected from as often as is set")


def _drift(parts: Parts) -> Finding:
    """As the monitor saw it last: what people write beside what the pack was trained on."""
    try:
        picture = Operations.from_bytes((parts.settings.data_dir / FILE).read_bytes())
    except (OSError, ValueError):
        return Finding("drift", True, "is not measured here yet; `gateway monitor` does it")
    notes = [note for state in picture.drift for note in notes_of(state)]
    if notes:
        return Finding("drift", False, " ".join(notes))
    texts = sum(state.texts for state in picture.drift)
    return Finding("drift", True, f"none in the {texts} newest complaints that the model has read")


async def _kafka(parts: Parts) -> AsyncIterator[Finding]:
    """The broker; and, when it answers, topics and what it remembers of the house."""
    reached = await _bounded("Kafka", _broker(parts))
    yield reached
    if not reached.ok:
        return
    yield _wire(parts)
    yield await _bounded("topics", _topics(parts))
    yield await _bounded("secret", remembered.secret(parts))
    yield await _bounded("large things", remembered.store(parts))


async def _broker(parts: Parts) -> Finding:
    admin = parts.cluster.admin(request_seconds=5.0)
    try:
        await admin.start()
        told = await admin.describe_cluster()
    except (KafkaError, OSError) as error:
        says = f"{parts.cluster.bootstrap} does not answer; check GATEWAY_KAFKA_BOOTSTRAP ({error})"
        return Finding("Kafka", False, says)
    finally:
        await admin.close()
    return Finding("Kafka", True, f"{parts.cluster.bootstrap}: {len(told['brokers'])} brokers")


def _wire(parts: Parts) -> Finding:
    """A network of the operator's own may well be plain, so this is no fault; it must be known, though."""
    cluster = parts.cluster
    hosts = [one.strip().rpartition(":")[0] for one in cluster.bootstrap.split(",")]
    if cluster.security_protocol.endswith("SSL"):
        return Finding("way to Kafka", True, "is encrypted; who may write is for the cluster's ACLs to say")
    if all(map(is_loopback, hosts)):
        return Finding("way to Kafka", True, "stays on this machine")
    return Finding(
        "way to Kafka",
        True,
        "warning: it is plain text beyond this machine. Whoever reaches the cluster reads every complaint and can write"
        " records that pause a partition; set GATEWAY_KAFKA_SECURITY_PROTOCOL=SASL_SSL, and give write access by ACLs",
    )


async def _topics(parts: Parts) -> Finding:
    specs = parts.topics()
    found = await house.diff(parts.cluster, specs)
    if not found:
        return Finding("topics", True, f"all {len(specs)} are there as they should be")
    says = "; ".join(f"{one.name} {one.says}" for one in found)
    return Finding("topics", False, f"{says}. `gateway topics apply` makes what is missing")


async def _channel(parts: Parts, channel: Channel) -> AsyncIterator[Finding]:
    """The channel's own checks; without any, whether the provider's address answers at all."""
    settings = parts.channel_settings(channel)
    if channel.checks:
        try:
            async with asyncio.timeout(SECONDS):
                async for finding in load(channel.checks)(settings, parts.deployment):
                    yield finding
        except TimeoutError:
            yield Finding(channel.title, False, f"did not answer within {SECONDS:.0f} s")
        except Exception as error:  # noqa: BLE001 - one odd answer must not keep the other findings back
            says = f"its check met what nobody foresaw, {type(error).__name__}: {error}"
            yield Finding(channel.title, False, says[:500])
        return
    bases = [name for name in type(settings).model_fields if name.endswith(("api_base", "base_url"))]
    if not bases:
        yield Finding(channel.title, True, "is on")
    for name in bases:
        yield await _bounded(channel.title, _answers(channel, str(getattr(settings, name))))


async def _letters(parts: Parts) -> AsyncIterator[Finding]:
    """Channels that take in but cannot answer as they are set: their letters would wait."""
    for name, replier in parts.repliers().items():
        wrong = getattr(replier, "error", None)  # as Unset and a channel's own way of waiting tell it
        if wrong is not None:
            yield Finding(f"letters by {name}", False, f"would wait: {wrong}")
        await replier.aclose()


async def _answers(channel: Channel, url: str) -> Finding:
    try:
        async with httpx.AsyncClient(timeout=5.0) as client:
            await client.get(url)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Finding(channel.title, False, f"{url} does not answer: {str(error) or type(error).__name__}")
    return Finding(channel.title, True, f"{url} answers")
