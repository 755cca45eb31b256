"""A provider that outlives the worker: what it accepted stands in a file, fsynced before it answers.

Its faults are files in its folder, so that a test can turn them on and off while workers run.
"""

import asyncio
import json
import os
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from channels.contract import Sent, Unclear
from schemas.errors import Refused, Unavailable
from schemas.letter import Letter


class Provider:
    """A Replier. `away`: refuses connections; `mute`: takes the letter and never answers; `unsure`: cannot tell."""

    def __init__(self, folder: Path, seconds: float = 0.0) -> None:
        self._folder = folder
        self._seconds = seconds
        folder.mkdir(parents=True, exist_ok=True)

    async def reply(self, letter: Letter) -> Sent:
        if self._is("away"):
            raise Unavailable("nobody listens")
        if self._is("refusing"):
            raise Refused("no such mailbox", "5.1.1")
        if self._is("unsure"):
            raise Unclear("the connection broke after the last byte")
        await asyncio.sleep(self._seconds)
        self._write(letter)
        if self._is("mute"):
            await asyncio.sleep(3600)
        return Sent(letter.letter_id)

    async def find(self, letter: Letter) -> Sent | None:
        if self._is("away"):
            raise Unavailable("nobody listens")
        if self._is("unsure"):
            raise Unclear("it keeps no list of what it took")
        return Sent(letter.letter_id) if letter.letter_id in self.accepted() else None

    async def aclose(self) -> None:
        """Nothing is held."""

    def accepted(self) -> Counter[str]:
        """How often each letter was accepted."""
        return Counter(str(line["letter"]) for line in self.lines())

    def lines(self) -> list[dict[str, object]]:
        """Everything accepted, in order."""
        try:
            text = (self._folder / "accepted.jsonl").read_text()
        except FileNotFoundError:
            return []
        return [json.loads(line) for line in text.splitlines()]

    def fault(self, name: str, on: bool) -> None:
        """Turn a fault on or off."""
        path = self._folder / name
        path.touch() if on else path.unlink(missing_ok=True)

    def _is(self, fault: str) -> bool:
        return (self._folder / fault).exists()

    def _write(self, letter: Letter) -> None:
        line = json.dumps(
            {"letter": letter.letter_id, "text": letter.text, "pid": os.getpid(), "at": time.time()}
        )
        descriptor = os.open(self._folder / "accepted.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, line.encode() + b"\n")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class Forgetful(Provider):
    """One that never admits what it took: the mutation that makes a crash a second letter. It answers late, so that
    most letters on their way are already taken when a worker is killed."""

    async def reply(self, letter: Letter) -> Sent:
        sent = await super().reply(letter)
        await asyncio.sleep(3 * self._seconds)
        return sent

    async def find(self, letter: Letter) -> Sent | None:
        return None


PROVIDERS: dict[str, Callable[[Path, float], Provider]] = {"provider": Provider, "forgetful": Forgetful}
