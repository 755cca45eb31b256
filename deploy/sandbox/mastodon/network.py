"""The server's memory: statuses and notifications, rebuilt from the journal of what people did."""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Literal

from pydantic import BaseModel

from deploy.sandbox.journal import Journal
from deploy.sandbox.mastodon.ids import Ids
from deploy.sandbox.mastodon.people import People
from deploy.sandbox.mastodon.text import mentioned_names

IDEMPOTENCE = timedelta(hours=1)
Visibility = Literal["public", "unlisted", "private", "direct"]
EventName = Literal["update", "notification", "delete", "status.update", "conversation"]


class Status(BaseModel):
    """One post as its author wrote it; `to` are the ids of the accounts it mentions."""

    id: str
    author: str
    text: str
    visibility: Visibility = "public"
    spoiler_text: str = ""
    sensitive: bool = False
    language: str | None = None
    in_reply_to_id: str | None = None
    created_at: datetime
    edited_at: datetime | None = None
    deleted: bool = False
    to: list[str] = []

    def is_for(self, viewer: str | None) -> bool:
        """Whether this account (None: anybody) may see it."""
        return self.visibility in ("public", "unlisted") or viewer == self.author or viewer in self.to


class Notification(BaseModel):
    """`mention` when a post names the account, `update` when such a post was edited."""

    id: str
    type: Literal["mention", "update"]
    owner: str
    status_id: str
    created_at: datetime


class Deed(BaseModel):
    """One line of the journal: the status as it is now, what it notifies, its Idempotency-Key."""

    status: Status
    notifications: list[Notification] = []
    key: str | None = None


Listener = Callable[[str, EventName, Status, Notification | None], None]


class Network:
    """Everything on the server. What `post`, `edit` and `delete` return from is on the disk."""

    def __init__(self, people: People, journal: Journal, domain: str) -> None:
        self.people = people
        self.domain = domain
        self.statuses: dict[str, Status] = {}
        self.notifications: dict[str, Notification] = {}
        self.by_author: defaultdict[str, dict[str, Status]] = defaultdict(dict)
        self.answers: defaultdict[str, dict[str, Status]] = defaultdict(dict)
        self.listener: Listener = lambda *_: None
        self._journal = journal
        self._ids = Ids()
        self._keys: dict[tuple[str, str], tuple[str, datetime]] = {}
        for entry in journal.entries():
            self._remember(Deed.model_validate(entry))

    def post(self, draft: Status, key: str | None) -> Status:
        """Publishes a draft, filling in id and addressees, or returns what this key posted before."""
        if key and (known := self._posted_with(draft.author, key, draft.created_at)):
            return known
        draft.id = self._ids.new()
        draft.to = self._addressees(draft)
        self._do(
            Deed(status=draft, notifications=self._notify("mention", draft, draft.to), key=key), "update"
        )
        return draft

    def edit(self, status: Status, changes: Status) -> Status:
        """Replaces the words; who is mentioned for the first time gets a mention, others an update."""
        before = status.to
        after = changes.model_copy(update={"edited_at": datetime.now(UTC)})
        after.to = self._addressees(after)
        fresh = self._notify("mention", after, [one for one in after.to if one not in before])
        again = self._notify("update", after, [one for one in after.to if one in before])
        self._do(Deed(status=after, notifications=fresh + again), "status.update")
        return after

    def delete(self, status: Status) -> None:
        """Takes a status back; its notifications go too."""
        self._do(Deed(status=status.model_copy(update={"deleted": True})), "delete")

    def visible(self, status_id: str, viewer: str | None) -> Status | None:
        """The status if it exists and this account may see it."""
        status = self.statuses.get(status_id)
        return status if status and not status.deleted and status.is_for(viewer) else None

    def ancestors(self, status: Status) -> list[Status]:
        """The posts it answers, oldest first."""
        chain: list[Status] = []
        parent = self.statuses.get(status.in_reply_to_id or "")
        while parent is not None:
            chain.insert(0, parent)
            parent = self.statuses.get(parent.in_reply_to_id or "")
        return chain

    def descendants(self, status: Status) -> list[Status]:
        """The posts below it, oldest first."""
        found: list[Status] = []
        waiting = [status.id]
        while waiting:
            answers = self.answers[waiting.pop()]
            found += answers.values()
            waiting += answers
        return sorted(found, key=lambda one: int(one.id))

    def _do(self, deed: Deed, event: EventName) -> None:
        self._journal.append(deed.model_dump(mode="json"))
        self._remember(deed)
        self._announce(deed, event)

    def _remember(self, deed: Deed) -> None:
        status = deed.status
        self.statuses[status.id] = status
        self.by_author[status.author][status.id] = status
        self.answers[status.in_reply_to_id or ""][status.id] = status
        self._ids.seen(status.id)
        for notification in deed.notifications:
            self.notifications[notification.id] = notification
            self._ids.seen(notification.id)
        if deed.key:
            self._keys[status.author, deed.key] = (status.id, status.created_at)
        if status.deleted:
            del self.by_author[status.author][status.id]
            del self.answers[status.in_reply_to_id or ""][status.id]
            kept = {key: one for key, one in self.notifications.items() if one.status_id != status.id}
            self.notifications = kept

    def _announce(self, deed: Deed, event: EventName) -> None:
        status = deed.status
        involved = {status.author, *status.to}
        for account in involved if event == "delete" else {status.author}:
            self.listener(account, event, status, None)
        for notification in deed.notifications:
            self.listener(notification.owner, "notification", status, notification)
        if status.visibility == "direct" and not status.deleted:
            for account in involved:
                self.listener(account, "conversation", status, None)

    def _notify(
        self, kind: Literal["mention", "update"], status: Status, owners: list[str]
    ) -> list[Notification]:
        return [
            Notification(
                id=self._ids.new(),
                type=kind,
                owner=owner,
                status_id=status.id,
                created_at=status.edited_at or status.created_at,
            )
            for owner in owners
        ]

    def _addressees(self, status: Status) -> list[str]:
        names = mentioned_names(status.text, self.domain)
        people = [self.people.by_name[name] for name in names if name in self.people.by_name]
        return [person.id for person in people if person.id != status.author]

    def _posted_with(self, author: str, key: str, now: datetime) -> Status | None:
        status_id, at = self._keys.get((author, key), ("", now))
        return self.statuses.get(status_id) if now - at < IDEMPOTENCE else None
