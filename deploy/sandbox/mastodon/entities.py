"""Mastodon's entities as JSON: https://docs.joinmastodon.org/entities/"""

from datetime import UTC, datetime
from typing import Any

from deploy.sandbox.mastodon.network import Network, Notification, Status
from deploy.sandbox.mastodon.people import Person
from deploy.sandbox.mastodon.text import as_html, tags

VERSION = "4.4.3"
MAX_CHARACTERS = 500
Entity = dict[str, Any]
LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)


class Entities:
    """Writes entities of `network` for clients that see the server at `base_url`."""

    def __init__(self, network: Network, base_url: str) -> None:
        self._network = network
        self._base_url = base_url

    def account(self, person: Person) -> Entity:
        """https://docs.joinmastodon.org/entities/Account/"""
        own = self._network.by_author[person.id]
        picture = f"{self._base_url}/avatars/original/missing.png"
        return {
            "id": person.id,
            "username": person.name,
            "acct": person.name,
            "display_name": person.name.capitalize(),
            "locked": False,
            "bot": person.bot,
            "discoverable": True,
            "indexable": False,
            "group": False,
            "created_at": timestamp(LONG_AGO),
            "note": "",
            "url": f"{self._base_url}/@{person.name}",
            "uri": f"{self._base_url}/users/{person.name}",
            **dict.fromkeys(("avatar", "avatar_static", "header", "header_static"), picture),
            "followers_count": 0,
            "following_count": 0,
            "statuses_count": len(own),
            "last_status_at": next(reversed(own.values())).created_at.date().isoformat() if own else None,
            "hide_collections": None,
            "noindex": True,
            **{name: [] for name in ("emojis", "roles", "fields")},
        }

    def credentials(self, person: Person) -> Entity:
        """https://docs.joinmastodon.org/entities/Account/#CredentialAccount"""
        source = {"privacy": "public", "sensitive": False, "language": None, "note": "", "fields": []}
        return {**self.account(person), "source": {**source, "follow_requests_count": 0}}

    def status(self, status: Status) -> Entity:
        """https://docs.joinmastodon.org/entities/Status/"""
        people = self._network.people
        author = people.by_id[status.author]
        parent = self._network.statuses.get(status.in_reply_to_id or "")
        mentioned = [people.by_id[one] for one in status.to if one in people.by_id]
        known = {person.name.lower() for person in mentioned}
        return {
            "id": status.id,
            "created_at": timestamp(status.created_at),
            "in_reply_to_id": status.in_reply_to_id,
            "in_reply_to_account_id": parent.author if parent else None,
            "sensitive": status.sensitive,
            "spoiler_text": status.spoiler_text,
            "visibility": status.visibility,
            "language": status.language,
            "uri": f"{self._base_url}/users/{author.name}/statuses/{status.id}",
            "url": f"{self._base_url}/@{author.name}/{status.id}",
            "replies_count": len(self._network.answers[status.id]),
            **dict.fromkeys(("reblogs_count", "favourites_count", "quotes_count"), 0),
            "edited_at": timestamp(status.edited_at) if status.edited_at else None,
            **dict.fromkeys(("favourited", "reblogged", "muted", "bookmarked", "pinned"), False),
            "content": as_html(status.text, self._base_url, known),
            **dict.fromkeys(("reblog", "card", "poll", "quote"), None),
            "application": {"name": "Web", "website": None},
            "account": self.account(author),
            "mentions": [self._mention(person) for person in mentioned],
            "tags": [{"name": tag, "url": f"{self._base_url}/tags/{tag}"} for tag in tags(status.text)],
            **{name: [] for name in ("media_attachments", "emojis", "filtered")},
        }

    def notification(self, notification: Notification) -> Entity:
        """https://docs.joinmastodon.org/entities/Notification/"""
        status = self._network.statuses[notification.status_id]
        return {
            "id": notification.id,
            "type": notification.type,
            "created_at": timestamp(notification.created_at),
            "group_key": f"ungrouped-{notification.id}",
            "account": self.account(self._network.people.by_id[status.author]),
            "status": self.status(status),
        }

    def conversation(self, last: Status, viewer: Person) -> Entity:
        """https://docs.joinmastodon.org/entities/Conversation/"""
        root = [*self._network.ancestors(last), last][0]
        others = [one for one in (last.author, *last.to) if one != viewer.id]
        return {
            "id": root.id,
            "unread": last.author != viewer.id,
            "accounts": [self.account(self._network.people.by_id[one]) for one in others],
            "last_status": self.status(last),
        }

    def instance_v1(self) -> Entity:
        """https://docs.joinmastodon.org/entities/V1_Instance/"""
        return {
            "uri": self._network.domain,
            "title": "Sandbox",
            "short_description": "A stand-in on this machine",
            "description": "",
            "email": "",
            "version": VERSION,
            "urls": {"streaming_api": self._streaming()},
            "stats": {"user_count": len(self._network.people.by_id), "status_count": 0, "domain_count": 1},
            "thumbnail": None,
            "languages": ["en"],
            "registrations": False,
            "approval_required": False,
            "invites_enabled": False,
            "configuration": _configuration(),
            "rules": [],
        }

    def instance_v2(self) -> Entity:
        """https://docs.joinmastodon.org/entities/Instance/"""
        return {
            "domain": self._network.domain,
            "title": "Sandbox",
            "version": VERSION,
            "source_url": "https://github.com/mastodon/mastodon",
            "description": "A stand-in on this machine",
            "usage": {"users": {"active_month": len(self._network.people.by_id)}},
            "thumbnail": {"url": f"{self._base_url}/thumbnail.png"},
            "icon": [],
            "languages": ["en"],
            "configuration": {"urls": {"streaming": self._streaming()}, **_configuration()},
            "registrations": {"enabled": False, "approval_required": False, "message": None, "url": None},
            "api_versions": {"mastodon": 6},
            "contact": {"email": "", "account": None},
            "rules": [],
        }

    def _mention(self, person: Person) -> Entity:
        url = f"{self._base_url}/@{person.name}"
        return {"id": person.id, "username": person.name, "url": url, "acct": person.name}

    def _streaming(self) -> str:
        return "ws" + self._base_url.removeprefix("http")


def timestamp(moment: datetime) -> str:
    """A time as Mastodon writes it: UTC, milliseconds, Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _configuration() -> Entity:
    return {
        "accounts": {"max_featured_tags": 10, "max_pinned_statuses": 5},
        "statuses": {
            "max_characters": MAX_CHARACTERS,
            "max_media_attachments": 4,
            "characters_reserved_per_url": 23,
        },
        "media_attachments": {"supported_mime_types": [], "image_size_limit": 0, "video_size_limit": 0},
        "polls": {
            "max_options": 4,
            "max_characters_per_option": 50,
            "min_expiration": 300,
            "max_expiration": 1,
        },
    }
