"""What a stand-in is told of where it stands, so that each room is built alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Place:
    """`folder` is everybody's, `data` this stand-in's own; `url` is its address, `webhooks` where ours begin.

    `settings` are the names that start with SANDBOX_ and the operator's token.
    """

    folder: Path
    data: Path
    url: str
    webhooks: str
    settings: Mapping[str, str]

    def setting(self, name: str, default: str) -> str:
        """What the environment says, else `default`."""
        return self.settings.get(name) or default
