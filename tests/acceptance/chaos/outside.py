"""What happens outside: mail servers and providers are away or answer with errors, clocks are wrong, and somebody
starts a role twice."""

import asyncio
import random
import subprocess
import time

import httpx

from tests.acceptance.chaos.casework import CaseSystem
from tests.acceptance.chaos.findings import Finding
from tests.acceptance.chaos.house import ChaosHouse

TWINS = ("serve", "work-normalise", "work-triage", "work-letters", "work-project")
_AWAY_SECONDS = (4.0, 10.0)
_STATUSES = (500, 503, 429)
_MOST_ERRORS = 30
_TWIN_SECONDS = 40.0
_MOST_LOOKS = 30


class Outside:
    """Strikes what the house does not own. `seen` is what it found wrong."""

    def __init__(self, house: ChaosHouse, cases: CaseSystem) -> None:
        self._house = house
        self._cases = cases
        self.seen: list[Finding] = []

    async def mail_away(self, dice: random.Random) -> bool:
        """The server that takes letters, the one that has the mailbox, or both."""
        which = dice.choice(("smtp", "imap", "both"))
        if which != "imap":
            await asyncio.to_thread(self._house.exchanger.stop)
        if which != "smtp":
            await asyncio.to_thread(self._house.dovecot.kill9)
        try:
            await asyncio.sleep(dice.uniform(*_AWAY_SECONDS))
        finally:
            if which != "smtp":
                await asyncio.to_thread(self._house.dovecot.start)
            if which != "imap":
                await asyncio.to_thread(self._house.exchanger.start)
        return True

    async def provider_away(self, dice: random.Random) -> bool:
        """All of them hang; killed they are often enough."""
        with self._house.frozen("sandbox"):
            await asyncio.sleep(dice.uniform(*_AWAY_SECONDS))
        return True

    async def provider_errors(self, dice: random.Random) -> bool:
        """One of them answers with errors; now and then it has done what was asked for all the same."""
        sandbox = self._house.facts()["sandbox"]
        name = dice.choice(
            sorted(one for one, part in sandbox.items() if isinstance(part, dict) and "url" in part)
        )
        url = f"{sandbox[name]['url']}/_sandbox/faults"
        fault: dict[str, object] = {"count": dice.randint(3, _MOST_ERRORS), "status": dice.choice(_STATUSES)}
        if dice.random() < 0.3:
            fault = {"count": 2, "status": 504, "accept_first": True, "hang_seconds": 0.5}
        async with httpx.AsyncClient(timeout=10) as client:
            (await client.post(url, json=fault)).raise_for_status()
            await asyncio.sleep(dice.uniform(*_AWAY_SECONDS))
            await client.delete(url)
        return True

    async def clock(self, dice: random.Random) -> bool:
        """The case system's clock is years ahead for a while, in which it says something."""
        before = self._cases.skews
        self._cases.skewed = True
        try:
            await asyncio.sleep(dice.uniform(*_AWAY_SECONDS))
            for _ in range(_MOST_LOOKS):
                if self._cases.skews > before:
                    break
                await asyncio.sleep(1)
        finally:
            self._cases.skewed = False
        return self._cases.skews > before

    async def twin(self, dice: random.Random) -> bool:
        """A second process under the name of one that runs: it must end, and say why."""
        role = dice.choice(TWINS)
        twin, log = await asyncio.to_thread(self._house.twin, role)
        try:
            await asyncio.to_thread(twin.wait, _TWIN_SECONDS)
        except subprocess.TimeoutExpired:
            twin.kill()
            says = f"a second {role} under the same name ran beside the first for {_TWIN_SECONDS:g} s"
            self.seen.append(Finding("twin", -1, time.time(), says))
            return True
        if not twin.returncode or not log.read_bytes().strip():
            says = f"a second {role} ended with {twin.returncode} and said {log.read_bytes()[-200:]!r}"
            self.seen.append(Finding("twin", -1, time.time(), says))
        return True
