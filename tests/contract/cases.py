"""The fixtures in the channels' own folders: what came, and what must be read from it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import channels
from channels.contract import Channel
from channels.registry import CHANNELS
from channels.samples import raw_of

ROOT = Path(channels.__file__).parent


@dataclass(frozen=True)
class Case:
    """One fixture. `expect` holds, for each message, the fields that matter; `error` a typed refusal."""

    channel: Channel
    name: str
    raw: bytes
    facts: Mapping[str, str]
    expect: Sequence[Mapping[str, Any]]
    error: str

    def __str__(self) -> str:
        return f"{self.channel.name}-{self.name}"


def folder(channel: Channel) -> Path:
    """The channel's room: the package its parse lives in."""
    return ROOT.joinpath(*channel.parse.split(".")[1:-1])


@cache
def cases() -> tuple[Case, ...]:
    """Every fixture of every channel that keeps them in this form."""
    return tuple(case for channel in CHANNELS for case in _of(channel))


def _of(channel: Channel) -> Iterator[Case]:
    for path in sorted((folder(channel) / "fixtures").glob("*.json")):
        value = json.loads(path.read_text(encoding="utf-8"))
        yield Case(
            channel,
            path.stem,
            raw_of(value),
            value.get("facts", {}),
            value.get("expect", []),
            value.get("error", ""),
        )


def differences(expected: Any, found: Any, where: str = "") -> list[str]:
    """Where `found` lacks what `expected` names; lists must have the same length."""
    if isinstance(expected, Mapping):
        if not isinstance(found, Mapping):
            return [f"{where}: {found!r} is no object"]
        every = (differences(value, found.get(name), f"{where}.{name}") for name, value in expected.items())
        return [text for texts in every for text in texts]
    if isinstance(expected, list):
        if not isinstance(found, list) or len(found) != len(expected):
            return [f"{where}: expected {expected!r}, found {found!r}"]
        pairs = (
            differences(one, other, f"{where}[{place}]")
            for place, (one, other) in enumerate(zip(expected, found, strict=True))
        )
        return [text for texts in pairs for text in texts]
    return [] if expected == found else [f"{where}: expected {expected!r}, found {found!r}"]
