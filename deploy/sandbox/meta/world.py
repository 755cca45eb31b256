"""What people and we wrote to each other on Meta's three networks; true again after a crash."""

import secrets
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from deploy.sandbox.journal import Journal


@dataclass(frozen=True)
class App:
    """What Meta's developer pages would show. `webhook_url` has no channel: `/whatsapp` and the like are added."""

    app_secret: str
    verify_token: str
    access_token: str
    webhook_url: str
    account: str = "100200"


@dataclass(frozen=True)
class Post:
    """One message or comment. `person` is the other side; `answers` the comment or message it answers."""

    platform: str
    id: str
    person: str
    text: str
    ours: bool
    answers: str = ""
    metadata: str = ""
    template: str = ""
    at: float = field(default_factory=time.time)


class World:
    """Posts in order. What `keep` returns from is on the disk."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._posts = [Post(**entry) for entry in journal.entries()]

    def __iter__(self) -> Iterator[Post]:
        return iter(self._posts)

    def keep(self, post: Post) -> Post:
        """Journals a post."""
        self._journal.append(asdict(post))
        self._posts.append(post)
        return post


def new_id(prefix: str) -> str:
    """An id in the shape of Meta's: `wamid.…`, `m_…`."""
    return prefix + secrets.token_urlsafe(18)
