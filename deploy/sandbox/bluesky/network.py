"""Accounts, records, notifications and direct messages; true again after a crash."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from deploy.sandbox.journal import Journal

POST = "app.bsky.feed.post"
Json = dict[str, Any]


@dataclass(frozen=True)
class Account:
    """An account and its app password. The DID follows from the name."""

    name: str
    password: str

    @property
    def did(self) -> str:
        """`did:plc:…`, 24 characters of base32 as there."""
        return "did:plc:" + hashlib.sha256(self.name.encode()).hexdigest()[:24]

    @property
    def handle(self) -> str:
        """`name.sandbox.example`."""
        return f"{self.name}.sandbox.example"

    def profile(self) -> Json:
        """The account as notifications show it."""
        return {"did": self.did, "handle": self.handle, "displayName": self.name.capitalize()}


class Network:
    """Everything by its address. What a writing method returns from is on the disk."""

    def __init__(self, accounts: list[Account], journal: Journal) -> None:
        self.by_did = {account.did: account for account in accounts}
        self._journal = journal
        self._records: dict[str, Json] = {}
        self._messages: list[Json] = []
        for entry in journal.entries():
            self._apply(entry)

    def account(self, name: str) -> Account | None:
        """By name, handle or DID."""
        every = self.by_did.values()
        return next((one for one in every if name in (one.name, one.handle, one.did)), None)

    def put(self, author: Account, collection: str, key: str, record: Json) -> Json:
        """Write a record; the same content under the same key changes nothing."""
        uri = f"at://{author.did}/{collection}/{key}"
        known = self._records.get(uri)
        if known is None or known["record"] != record:
            self._write({"uri": uri, "author": author.did, "record": record, "at": now()})
        return self._records[uri]

    def delete(self, uri: str) -> None:
        """Remove a record."""
        self._write({"deleted": uri})

    def get(self, uri: str) -> Json | None:
        """A record by its address."""
        return self._records.get(uri)

    def posts(self) -> Iterator[Json]:
        """Every post, oldest first."""
        return (one for uri, one in self._records.items() if f"/{POST}/" in uri)

    def notifications(self, whose: Account) -> list[Json]:
        """What concerns an account, newest first."""
        found = [
            self._notification(one, reason) for one in self.posts() if (reason := self._reason(one, whose))
        ]
        return sorted(found, key=lambda note: str(note["indexedAt"]), reverse=True)

    def say(self, sender: Account, convo: str, text: str) -> Json:
        """Write a direct message. A conversation's id is both names, sorted: `anna-complaints`."""
        rev = f"{len(self._messages) + 1:08d}"
        view = {"$type": "chat.bsky.convo.defs#messageView", "id": f"dm{rev}", "rev": rev, "text": text}
        self._write({"message": {**view, "sender": {"did": sender.did}, "sentAt": now()}, "convo": convo})
        last: Json = self._messages[-1]["message"]
        return last

    def talk(self, convo: str) -> list[Json]:
        """A conversation's messages, newest first."""
        return [one["message"] for one in reversed(self._messages) if one["convo"] == convo]

    def log(self, whose: Account, after: str) -> list[Json]:
        """What happened in an account's conversations after a revision, oldest first."""
        return [
            {
                "$type": "chat.bsky.convo.defs#logCreateMessage",
                "rev": one["message"]["rev"],
                "convoId": one["convo"],
                "message": one["message"],
            }
            for one in self._messages
            if whose.name in one["convo"].split("-") and one["message"]["rev"] > after
        ]

    def _reason(self, one: Json, whose: Account) -> str:
        """Why a post concerns an account: it answers one of its posts, or names it."""
        if one["author"] == whose.did:
            return ""
        parent = str(one["record"].get("reply", {}).get("parent", {}).get("uri", ""))
        if whose.did in parent:
            return "reply"
        return "mention" if f"@{whose.handle}" in str(one["record"].get("text", "")) else ""

    def _notification(self, one: Json, reason: str) -> Json:
        parent = one["record"].get("reply", {}).get("parent", {}).get("uri")
        note = {"uri": one["uri"], "cid": one["cid"], "author": self.by_did[one["author"]].profile()}
        subject = {"reasonSubject": parent} if reason == "reply" else {}
        return {
            **note,
            "reason": reason,
            "record": one["record"],
            "isRead": False,
            "indexedAt": one["at"],
            **subject,
        }

    def _write(self, entry: Json) -> None:
        self._journal.append(entry)
        self._apply(entry)

    def _apply(self, entry: Json) -> None:
        if "deleted" in entry:
            self._records.pop(entry["deleted"], None)
        elif "message" in entry:
            self._messages.append(entry)
        else:
            digest = hashlib.sha256(repr(sorted(entry["record"].items())).encode()).hexdigest()
            self._records[entry["uri"]] = {**entry, "cid": f"bafyrei{digest[:52]}"}


def now() -> str:
    """RFC 3339 in milliseconds, as there."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
