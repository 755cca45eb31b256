"""One delivery for each channel that its parse must be able to read, whatever else comes: its own first fixture."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from channels.registry import CHANNELS
from schemas.names import ChannelName

_ROOT = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Sample:
    """What came in on a channel, and what the transport knew of it."""

    channel: ChannelName
    raw: bytes
    facts: Mapping[str, str]


def samples() -> list[Sample]:
    """Of every channel that keeps fixtures; nothing where the fixtures were not installed."""
    found = []
    for channel in CHANNELS:
        folder = _ROOT.joinpath(*channel.parse.split(".")[1:-1], "fixtures")
        for path in sorted(folder.glob("*.json")):
            value = json.loads(path.read_text(encoding="utf-8"))
            if value.get("expect"):
                found.append(Sample(channel.name, raw_of(value), value.get("facts", {})))
                break
    return found


def raw_of(fixture: Mapping[str, Any]) -> bytes:
    """The bytes that a fixture stands for: `form` (urlencoded), `json`, or `raw` text."""
    if "form" in fixture:
        return urlencode(fixture["form"]).encode()
    if "json" in fixture:
        return json.dumps(fixture["json"], ensure_ascii=False).encode()
    return str(fixture["raw"]).encode()
