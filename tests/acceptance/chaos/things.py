"""What happens to files: the disk is full, run.json is gone or cannot be written, logs are renamed, blobs are away, the
case view is removed or damaged, the spool is cut."""

import asyncio
import random
import time
from pathlib import Path

import httpx

from tests.acceptance.chaos import spool
from tests.acceptance.chaos.evidence import Torn
from tests.acceptance.chaos.findings import Finding
from tests.acceptance.chaos.house import ChaosHouse
from tests.acceptance.people.person import person

ROLES = ("collect", "work-normalise", "work-triage", "work-letters", "work-project", "monitor")
"""Of which each may die while something is wrong with the disk."""
_FULL_SECONDS = (3.0, 7.0)
_AWAY_SECONDS = (3.0, 6.0)
_BLOB_SECONDS = (3.0, 8.0)
_NEWEST_BLOBS = 3
_SPOOLED_SECONDS = 10.0
_ANSWER_SECONDS = 12.0
_NOTICED_SECONDS = 4.0
_PAGE_BYTES = 4096
_LONG = "Nobody needs to read this. " * 300
"""More than fits into what is left of a page of the spool."""


class Things:
    """Strikes what the house keeps on its disk. `torn` is what it took out of the spool, `seen` what it found wrong."""

    def __init__(self, house: ChaosHouse) -> None:
        self._house = house
        self._folder = house.folder
        self.torn: list[Torn] = []
        self.seen: list[Finding] = []

    async def full(self, spool_too: str, dice: random.Random) -> bool:
        """No room for some seconds, in which a role dies too; every other time (and when asked for) Kafka is away as
        well, so that the spool is what has no room."""
        spooling, role = bool(spool_too) or dice.random() < 0.5, dice.choice(ROLES)
        if spooling:
            await asyncio.to_thread(self._house.kafka.kill9)
        try:
            if spooling:
                await asyncio.sleep(1.5)
            with self._house.disk.full():
                met = await asyncio.to_thread(self._house.kill9, role)
                if spooling:
                    await self._answers(dice)
                await asyncio.sleep(dice.uniform(*_FULL_SECONDS))
        finally:
            if spooling:
                await asyncio.to_thread(self._house.kafka.restart)
        return met or spooling

    async def run_file(self, folder: str, dice: random.Random) -> bool:
        """Gone, or (every other time, and when asked for) a folder that nothing can be written over, while a role dies:
        it must be started again."""
        role, path = dice.choice(ROLES), self._folder / "run.json"
        before = self._house.pids()[role]
        path.unlink()
        if folder or dice.random() < 0.5:
            path.mkdir()
        try:
            met = self._house.kill_pid(before)
            await asyncio.sleep(dice.uniform(*_AWAY_SECONDS))
        finally:
            if path.is_dir():
                path.rmdir()
        if not await asyncio.to_thread(self._house.until_back, role, before):
            says = f"{role} was not started again after run.json could not be written"
            self.seen.append(Finding("role gone", -1, time.time(), says))
        return met

    async def rename_logs(self, dice: random.Random) -> bool:
        """As log rotation does, for every role at once."""
        for log in sorted((self._folder / "logs").glob("*.log")):
            log.rename(log.with_suffix(f".{time.time_ns()}.log"))
        return True

    async def blobs_away(self, dice: random.Random) -> bool:
        """The newest large things are elsewhere for a while, before normalise has read them."""
        away = self._folder / "blobs-away"
        away.mkdir(exist_ok=True)
        moved: list[tuple[Path, Path]] = []
        with self._house.frozen("work-normalise"):
            await asyncio.sleep(dice.uniform(*_AWAY_SECONDS))
            found = [one for one in (self._folder / "blobs").rglob("*") if _is_blob(one)]
            for one in sorted(found, key=lambda path: path.stat().st_mtime)[-_NEWEST_BLOBS:]:
                moved.append((one, away / one.name))
                one.replace(away / one.name)
        try:
            await asyncio.sleep(dice.uniform(*_BLOB_SECONDS))
        finally:
            for home, there in moved:
                home.parent.mkdir(parents=True, exist_ok=True)
                there.replace(home)
        return bool(moved)

    async def view_removed(self, dice: random.Random) -> bool:
        """The case view's file and what SQLite keeps beside it."""
        for path in self._folder.glob("view.sqlite*"):
            path.unlink(missing_ok=True)
        return True

    async def view_damaged(self, dice: random.Random) -> bool:
        """Pages in its middle are noise; an operator has it made anew."""
        path = self._folder / "view.sqlite"
        pages = path.stat().st_size // _PAGE_BYTES
        with path.open("r+b") as file:
            for page in range(1, pages, max(1, pages // 20)):
                file.seek(page * _PAGE_BYTES)
                file.write(dice.randbytes(_PAGE_BYTES))
        await asyncio.sleep(_NOTICED_SECONDS)
        done = await asyncio.to_thread(self._house.command, "view", "rebuild", seconds=120)
        if done.returncode:
            says = (
                f"`gateway view rebuild` ended with {done.returncode}: {(done.stderr or done.stdout)[-300:]}"
            )
            self.seen.append(Finding("view", -1, time.time(), says))
        return True

    async def spool_torn(self, dice: random.Random) -> bool:
        """Kafka is away, complaints are confirmed into the spool, the door dies, and its disk forgets an end."""
        await asyncio.to_thread(self._house.kafka.kill9)
        try:
            await self._spooled()
            with self._house.stopped("serve"):
                found = spool.tear(self._folder / "spool")
        finally:
            await asyncio.to_thread(self._house.kafka.restart)
        if found is not None:
            self.torn.append(found)
        return found is not None

    async def _spooled(self) -> None:
        deadline = time.monotonic() + _SPOOLED_SECONDS
        while time.monotonic() < deadline:
            waiting = [one.stat().st_size for one in (self._folder / "spool").glob("*.spool")]
            if sum(waiting) > _PAGE_BYTES:
                return
            await asyncio.sleep(0.1)

    async def _answers(self, dice: random.Random) -> None:
        """Whoever complains now hears yes or no, and does not wait for ever."""
        url = f"{self._house.facts()['http']}/complain"
        who = person(900_000 + dice.randrange(90_000))
        try:
            async with httpx.AsyncClient(timeout=_ANSWER_SECONDS) as client:
                await client.post(url, json={"description": ""}, headers=who.network)
                await client.post(url, json={"description": _LONG}, headers=who.network)
        except httpx.TimeoutException:
            says = f"a complaint got no answer in {_ANSWER_SECONDS:g} s with a full disk and Kafka away"
            self.seen.append(Finding("door hangs", -1, time.time(), says))
        except httpx.HTTPError:
            return


def _is_blob(path: Path) -> bool:
    return path.is_file() and len(path.name) == 64
