"""Posts and direct messages on X; true again after a crash."""

import base64
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

from deploy.sandbox.journal import Journal

OURS = "42"


@dataclass(frozen=True)
class Said:
    """A post, or with `to` a direct message. `answers` is the post it answers, `name` the author's handle.

    `picture` is what is enclosed, in base64.
    """

    id: str
    author: str
    text: str
    to: str = ""
    answers: str = ""
    name: str = "person"
    picture: str = ""
    at: str = field(
        default_factory=lambda: datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    )


class World:
    """Everything in order; ids grow. What `say` returns from is on the disk."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._said = [Said(**entry) for entry in journal.entries()]

    def __iter__(self) -> Iterator[Said]:
        return iter(self._said)

    def say(self, author: str, text: str, **more: str) -> Said:
        """Journals a post, or with `to` a direct message."""
        said = Said(str(1_900_000_000_000_000_000 + len(self._said)), author, text, **more)
        self._journal.append(asdict(said))
        self._said.append(said)
        return said

    def picture(self, said_id: str) -> bytes:
        """What is enclosed in one of them, nothing when nothing is."""
        found = (base64.b64decode(said.picture) for said in self._said if said.id == said_id)
        return next(found, b"")

    def posts(self) -> list[Said]:
        """Posts, newest first."""
        return [said for said in reversed(self._said) if not said.to]

    def messages(self) -> list[Said]:
        """Direct messages, newest first."""
        return [said for said in reversed(self._said) if said.to]
