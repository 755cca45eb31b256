"""What lies at the providers and was not collected, looked at beside the pictures, for a mail server may be slow."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping

from channels.contract import load
from gateway.bootstrap import Parts
from gateway.standings import every_standing
from schemas.errors import GatewayError
from workers.monitor.waiting import Claim

EVERY_SECONDS = 60.0
SOON_SECONDS = 5.0
"""The next look when something lay there: most often it was just being collected."""
LOOK_SECONDS = 45.0


class UncollectedWatch:
    """`run` as a task; `claims` and `notes` are what the last look saw."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.claims: list[Claim] = []
        self.notes: list[str] = []
        self.counts: dict[tuple[str, str], int] = {}
        """(channel, account) → how many lie there, of those that could be counted at the last look."""

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(SOON_SECONDS if self.claims else EVERY_SECONDS)

    async def look(self) -> None:
        """Every account of every enabled channel that can be looked into."""
        claims: list[Claim] = []
        notes: list[str] = []
        counts: dict[tuple[str, str], int] = {}
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await self._look(claims, notes, counts)
        except TimeoutError:
            notes.append("a mailbox does not answer: what lies there is not known")
        except GatewayError as error:
            notes.append(f"what lies in mailboxes is not known: {error}")
        self.claims, self.notes, self.counts = claims, notes, counts

    async def _look(self, claims: list[Claim], notes: list[str], counts: dict[tuple[str, str], int]) -> None:
        channels = [channel for channel in self._parts.enabled() if channel.uncollected]
        if not channels:
            return
        positions: Mapping[str, dict[str, str]] = await self._positions()
        for channel in channels:
            settings = self._parts.channel_settings(channel)
            async for found in load(channel.uncollected)(
                settings, self._parts.deployment, positions[channel.name]
            ):
                if not found.trouble:
                    counts[channel.name, found.account] = found.count
                if found.trouble:
                    notes.append(f"{channel.title} {found.account}: {found.trouble}")
                elif found.count:
                    claims.append(Claim(found.oldest, f"{channel.name} {found.account}", count=found.count))

    async def _positions(self) -> Mapping[str, dict[str, str]]:
        """Channel → account → position of its source."""
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for key, standing in (await every_standing(self._parts.cluster)).items():
            channel, _, account = key.partition(":")
            found[channel][account] = standing.position
        return found
