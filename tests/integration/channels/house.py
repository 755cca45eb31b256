"""The whole product in this process, on a real Kafka and real mail servers; only the providers are stand-ins.

Its roles are those of production, set up as `gateway up --sandbox` sets them up.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from channels import meta_history
from deploy.sandbox.playground.ways.contract import Arrived, Way
from deploy.sandbox.playground.ways.every import Ways
from deploy.sandbox.playground.world import Customer, World
from gateway import environment, topics
from gateway.bootstrap import Parts
from gateway.children import Child
from gateway.collect import collect
from gateway.collector import CollectOptions, CollectorStatus, account_key
from gateway.plan import Plan, plan
from gateway.secrets import check_fingerprint
from gateway.serving import serve
from gateway.settings import GatewaySettings
from gateway.working import work
from schemas.complaint import QueueEvent
from schemas.topics import queue
from tests.integration.channels.post import Post
from tests.integration.channels.queues import listening
from tests.patience import until
from workers.storage.kafka import TopicPartition

PARTITIONS = 2
LOOK_SECONDS = "1"
STAGES = ("normalise", "triage", "letters")
SECONDS = 60.0


class House:
    """What customers can do, what case systems are handed, what customers got."""

    def __init__(self, world: World, client: httpx.AsyncClient, events: list[QueueEvent]) -> None:
        self.world = world
        self.client = client
        self.ways = Ways(world, client)
        self._events = events
        self.roles: list[asyncio.Task[None]] = []

    @property
    def customer(self) -> Customer:
        """Who writes."""
        return self.world.customer("anna")

    async def write(self, channel: str, text: str) -> None:
        """As the customer, on one of the channels."""
        found = self.ways.of(channel)
        assert found is not None, channel
        way, name = found
        await way.write(self.customer, name, text)

    async def opened(self, words: str) -> QueueEvent:
        """The case that these words opened, once a case system has it; it has it once."""
        (event,) = await self._handed("complaint.opened", words)
        return event

    async def added(self, words: str) -> QueueEvent:
        """What these words added to a case."""
        (event,) = await self._handed("complaint.message_added", words)
        return event

    def said(self, words: str) -> bool:
        """Whether case systems were told these words so far."""
        return any(event.message is not None and words in event.message.text for event in self._events)

    def handed(self, reference: str) -> list[str]:
        """Everything that case systems were told of a case so far."""
        return [event.type for event in self._events if event.reference == reference]

    async def answers(self, reference: str, *more: Way) -> list[Arrived]:
        """Everything that names this reference and reached the customer, once there is something."""
        found: list[Arrived] = []

        async def look() -> bool:
            self.check()
            letters = await self.ways.arrived([self.customer])
            for way in more:
                letters += await way.arrived([self.customer])
            found[:] = [one for one in letters if reference in one.text]
            return bool(found)

        await until(look, SECONDS, f"an answer with {reference}")
        return found

    async def _handed(self, kind: str, words: str) -> list[QueueEvent]:
        def found() -> list[QueueEvent]:
            self.check()
            return [
                one
                for one in self._events
                if one.type == kind and one.message is not None and words in one.message.text
            ]

        await until(found, SECONDS, f"{kind} with {words!r}")
        return found()

    def check(self) -> bool:
        """Whether all roles are at work; raises what one ended with."""
        for role in self.roles:
            if role.done():
                role.result()
        return not any(role.done() for role in self.roles)


@asynccontextmanager
async def living(
    folder: Path, bootstrap: str, post: Post, more: Mapping[str, str] | None = None
) -> AsyncIterator[House]:
    """A house with every channel, until the block ends; `more` settings go over those of the sandbox."""
    made = plan(folder, 0, {"GATEWAY_KAFKA_BOOTSTRAP": bootstrap, **post.settings}, sandbox=True)
    settings = {**made.env, **post.settings, **_looking_often(), "GATEWAY_PARTITIONS": str(PARTITIONS)}
    settings |= more or {}
    facts = {**made.facts, **post.facts, "sandbox": {**made.facts["sandbox"], **post.sandbox}}
    (folder / "run.json").write_text(json.dumps(facts))
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(_stand_ins(made, folder))
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(meta_history, "GRACE", timedelta(0))
        for name, value in settings.items():
            patch.setenv(name, value)
        parts = Parts(environment.read(GatewaySettings))
        await topics.apply(parts.cluster, parts.topics())
        await check_fingerprint(parts.cluster, parts.secret)
        logs = [TopicPartition(queue(name).name, n) for name in parts.rules.queues for n in range(PARTITIONS)]
        events = await stack.enter_async_context(listening(parts.cluster, logs))
        client = await stack.enter_async_context(httpx.AsyncClient(timeout=30))
        house = House(World(folder / "run.json", made.env["GATEWAY_OPERATOR_TOKEN"]), client, events)
        stack.callback(house.ways.close)
        await stack.enter_async_context(_working(house, parts))
        yield house


def _looking_often() -> dict[str, str]:
    """Networks that tell by webhook are polled as well, so that everything on them comes at least twice."""
    conversations = {f"CHANNEL_{name}_RECONCILE_SECONDS": LOOK_SECONDS for name in ("MESSENGER", "INSTAGRAM")}
    return {**conversations, "CHANNEL_X_POLL_SECONDS": LOOK_SECONDS}


@asynccontextmanager
async def _stand_ins(made: Plan, folder: Path) -> AsyncIterator[None]:
    """The one process that is not ours."""
    (program,) = (one for one in made.services if one.role == "sandbox")
    child = await Child.start(program, folder / "logs")
    try:
        await child.ready()
        yield
    finally:
        await child.stop()


@asynccontextmanager
async def _working(house: House, parts: Parts) -> AsyncIterator[None]:
    """Door, collectors and stages; the block begins when all of them are at work."""
    stop, ready = asyncio.Event(), set[str]()
    sources = parts.sources()

    def told(status: CollectorStatus) -> None:
        if status.state == "collecting":
            ready.add(status.key)

    options = CollectOptions("test_collect", status=told)
    house.roles = [
        asyncio.create_task(serve(parts, stop, lambda _: ready.add("serve"))),
        asyncio.create_task(collect(parts.cluster, sources, parts.blobs, options, stop)),
        asyncio.create_task(work(parts, STAGES, stop, ready.add)),
    ]
    wanted = {"serve", *STAGES, *(account_key(channel, source) for channel, source in sources)}
    try:
        await until(lambda: house.check() and wanted <= ready, SECONDS, f"{wanted} at work")
        yield
    finally:
        stop.set()
        await asyncio.gather(*house.roles)
