"""The house complains to itself, by the doors that people use, and times what comes back.

A synthetic complaint takes the whole way: door, intake, normalise, triage, its queue, the letters' gate and ledger.
Only the wire is spared: its letter ends in a sink. No number knows of it, but the monitor sees when it is missing.
"""

import asyncio
import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from channels.contract import Channel, Probe, load
from channels.registry import BY_NAME, CHANNELS
from gateway import environment
from gateway.bootstrap import Parts
from gateway.secrets import check_fingerprint, known_secret
from gateway.settings import GatewaySettings
from schemas import synthetic
from schemas.errors import GatewayError, Misconfigured, Unavailable
from schemas.names import ChannelName
from schemas.operations import SyntheticState
from workers.monitor.settings import SyntheticSettings
from workers.monitor.synthetic import Round, Rounds
from workers.monitor.synthetic_queue import SyntheticQueue
from workers.storage.kafka import KafkaError

TURN_SECONDS = 1.0
SETTING = "GATEWAY_SYNTHETIC_CHANNELS"
SUBJECT = "My parcel did not arrive"
TEXT = (
    "The lamp that I ordered did not arrive, and nobody answers my letters. I want my money back.\n\n"
    "(The gateway made this complaint itself, to see whether people get through. Nobody has to do anything.)\n\n"
)
ANSWERED = frozenset({"accepted", "delivered", "shown"})


class Cases(Protocol):
    """What the case view tells of one case; raises Unavailable."""

    async def case(self, reference: str) -> dict[str, Any] | None: ...


def own_words(settings: GatewaySettings) -> Callable[[bytes, datetime], bool]:
    """Whether bytes of that time are a complaint of the house's own; where the secret is not known none is."""

    def is_own(content: bytes, at: datetime) -> bool:
        secret = known_secret(settings) if synthetic.PREFIX in content else None
        return secret is not None and bool(synthetic.nonce_in(secret, content, at))

    return is_own


class Prober:
    """`run` as a task; `states` and `notes` tell how it stands. Without channels it does nothing."""

    def __init__(self, parts: Parts, view: Cases) -> None:
        """Raises Misconfigured for a channel that cannot be tried, or is not on."""
        self._parts = parts
        self._view = view
        settings = environment.read(SyntheticSettings)
        if settings.channels and known_secret(parts.settings) is None:
            raise Misconfigured(
                "GATEWAY_SECRET", "marks synthetic complaints; give the monitor the house's own"
            )
        every, patience = (
            timedelta(seconds=settings.every_seconds),
            timedelta(seconds=settings.patience_seconds),
        )
        enabled = {channel.name for channel in parts.enabled()} if settings.channels else set()
        self._by_mail = "mail" in enabled
        self._rounds = {name: Rounds(_checked(name, enabled), every, patience) for name in settings.channels}
        self._queue: SyntheticQueue | None = None
        self._waits_for = ""

    def states(self) -> list[SyntheticState]:
        """One for each channel."""
        now = datetime.now(UTC)
        return [rounds.state(now) for rounds in self._rounds.values()]

    def notes(self) -> list[str]:
        """Sentences about those whose answer does not come, or why none is sent yet."""
        now = datetime.now(UTC)
        held = [f"synthetic complaints are not sent yet: {self._waits_for}"] if self._waits_for else []
        return held + [note for rounds in self._rounds.values() for note in rounds.notes(now)]

    async def run(self) -> None:
        """Until cancelled."""
        try:
            await self._fit_to_send()
            async with asyncio.TaskGroup() as entering:
                while True:
                    await self.turn(entering)
                    await asyncio.sleep(TURN_SECONDS)
        finally:
            await self._close()

    async def _fit_to_send(self) -> None:
        """Waits until the house can take them. With another secret they would pass for people's complaints, and
        without its queue triage would stand still. Raises Misconfigured for another secret.
        """
        while self._rounds:
            try:
                await check_fingerprint(self._parts.cluster, self._parts.secret)
                await self._open_queue(datetime.now(UTC))
                self._waits_for = ""
                break
            except (KafkaError, OSError, Unavailable) as error:
                self._waits_for = str(error) or type(error).__name__
                await self._close()
                await asyncio.sleep(TURN_SECONDS)

    async def turn(self, entering: asyncio.TaskGroup) -> None:
        """Send what is due, and look what became of what is out."""
        now = datetime.now(UTC)
        for name, rounds in self._rounds.items():
            if rounds.is_due(now):
                nonce = secrets.token_hex(8)
                rounds.begin(nonce, now)
                entering.create_task(self._enter(BY_NAME[name], nonce, now))
        if any(rounds.out for rounds in self._rounds.values()):
            try:
                await self._look()
            except (KafkaError, OSError, Unavailable):
                await self._close()

    async def _enter(self, channel: Channel, nonce: str, now: datetime) -> None:
        text = TEXT + synthetic.mark(self._parts.secret, nonce, now)
        probe = Probe(nonce, SUBJECT, text, self._by_mail)
        try:
            await load(channel.probe)(self._parts.channel_settings(channel), self._parts.deployment, probe)
        except GatewayError as error:
            self._rounds[channel.name].refused(nonce, str(error))

    async def _look(self) -> None:
        queue = self._queue or await self._open_queue(min(one.began_at for one in self._out()))
        for found in await queue.news():
            for rounds in self._rounds.values():
                rounds.queued(found.nonce, found.reference, found.at)
        for rounds in self._rounds.values():
            for one in [one for one in rounds.out.values() if one.reference]:
                answered_at = _answered_at(await self._view.case(one.reference))
                if answered_at is not None:
                    rounds.answered(one.nonce, answered_at)

    async def _open_queue(self, since: datetime) -> SyntheticQueue:
        self._queue = SyntheticQueue(self._parts.cluster, self._parts.secret)
        await self._queue.open(since)
        return self._queue

    def _out(self) -> Iterable[Round]:
        return (one for rounds in self._rounds.values() for one in rounds.out.values())

    async def _close(self) -> None:
        queue, self._queue = self._queue, None
        if queue is not None:
            with suppress(KafkaError):
                await queue.close()


def _checked(name: ChannelName, enabled: Iterable[ChannelName]) -> ChannelName:
    if not BY_NAME[name].probe:
        able = ", ".join(channel.name for channel in CHANNELS if channel.probe)
        raise Misconfigured(
            SETTING, f"{name} costs money or is seen by others, so it is not tried; choose from {able}"
        )
    if name not in enabled:
        raise Misconfigured(SETTING, f"the channel {name} is not on; set it up first, or leave it out")
    return name


def _answered_at(case: dict[str, Any] | None) -> datetime | None:
    """When its letter was handed over, by the ledger's clock."""
    letters = case["letters"] if case else []
    done = [one["accepted_at"] or one["at"] for one in letters if one["state"] in ANSWERED]
    return datetime.fromisoformat(min(done)) if done else None
