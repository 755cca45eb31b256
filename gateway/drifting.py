"""Whether the classifier still knows what people write: the newest cases beside the card of the pack in use."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol

from classifiers.drift import Expected, Tally, expected_of, moved
from classifiers.pack import home_of, read_facts
from gateway.bootstrap import Parts
from schemas.assessment import Assessment
from schemas.errors import GatewayError, Unavailable
from schemas.names import ChannelName
from schemas.operations import DriftState

CARD_FILE = "card.json"
EVERY_SECONDS = 300.0
AGAIN_SECONDS = 10.0
NEWEST = 5_000
"""Cases that are looked at: enough for the shares, and half a second's work at most."""
DAYS = 30
Assessed = tuple[ChannelName, Assessment]


class View(Protocol):
    """What the case view tells of assessments; raises Unavailable."""

    async def assessed(
        self, since: datetime, most: int, read: Callable[[Iterator[Assessed]], list[DriftState]]
    ) -> list[DriftState]: ...


class DriftWatch:
    """`run` as a task; `states` and `notes` are what the last look found."""

    def __init__(self, parts: Parts, view: View) -> None:
        self._parts = parts
        self._view = view
        self.states: list[DriftState] = []
        self.notes: list[str] = []

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look()
                seconds = EVERY_SECONDS
            except Unavailable:  # the picture says that the view is away
                seconds = AGAIN_SECONDS
            await asyncio.sleep(seconds)

    async def look(self) -> None:
        """Compare once. Raises Unavailable while the view is away."""
        try:
            pack, expected = await asyncio.to_thread(_in_use, self._parts)
        except (GatewayError, ValueError, KeyError, OSError) as error:
            self.states, self.notes = (
                [],
                [f"drift cannot be judged: the pack's card cannot be read ({error})"],
            )
            return
        since = datetime.now(UTC) - timedelta(days=DAYS)
        self.states = await self._view.assessed(since, NEWEST, partial(compared, pack, expected))
        self.notes = [note for state in self.states for note in notes_of(state)]


def compared(pack: str, expected: Expected, assessed: Iterable[Assessed]) -> list[DriftState]:
    """One state for each channel. What another pack or an earlier version of this one said is left out."""
    tallies: dict[ChannelName, Tally] = defaultdict(Tally)
    for channel, one in assessed:
        if one.pack == pack and one.model == expected.model:
            tallies[channel].add(one)
    return [
        DriftState(
            pack=pack,
            channel=channel,
            texts=tally.texts,
            abstained=round(tally.share(tally.abstained), 4),
            confidence=round(tally.share(tally.confidence), 4),
            unknown=round(tally.share(tally.unknown), 4),
            labels=dict(tally.labels),
            moved=moved(tally, expected),
        )
        for channel, tally in sorted(tallies.items())
        if tally.texts
    ]


def notes_of(state: DriftState) -> list[str]:
    """A sentence when it is time to train again."""
    if not state.moved:
        return []
    return [
        f"the pack {state.pack} no longer fits what people write by {state.channel}: {'; '.join(state.moved)}."
        " Train it again with recent cases: `gateway train`"
    ]


def _in_use(parts: Parts) -> tuple[str, Expected]:
    """The pack's name and what its card expects, without loading its model."""
    settings = parts.settings
    home: Path = home_of(settings.pack, settings.pack_dir)
    return read_facts(home).name, expected_of(home / CARD_FILE, own=settings.pack_dir is not None)
