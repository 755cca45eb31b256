"""The posts that complained lately: whose they are and when they were edited. Pure.

A deletion names only the post's id, and Mastodon does not tell every edit: what is kept here answers both.
"""

from collections import OrderedDict
from typing import Any

MOST_POSTS = 5_000
Json = dict[str, Any]


class Watched:
    """The latest posts by id, oldest first."""

    def __init__(self) -> None:
        self._posts: OrderedDict[str, Json] = OrderedDict()

    def note(self, post: Json) -> None:
        """Remember a post as it is now."""
        kept = {"account": _author(post), "edited_at": post.get("edited_at")}
        self._posts.pop(str(post["id"]), None)
        self._posts[str(post["id"])] = kept
        while len(self._posts) > MOST_POSTS:
            self._posts.popitem(last=False)

    def knows(self, post_id: str) -> bool:
        """True for a post that complained."""
        return post_id in self._posts

    def edited(self, post: Json) -> bool:
        """True when a known post was edited since it was noted."""
        known = self._posts.get(str(post.get("id")))
        return known is not None and known["edited_at"] != post.get("edited_at")

    def deleted(self, post_id: str) -> Json | None:
        """Forget a post; the event to make durable, None for a post that never complained."""
        known = self._posts.pop(post_id, None)
        return known and {"event": "delete", "payload": post_id, "account": known["account"]}

    def latest(self, count: int) -> list[str]:
        """The ids of the newest posts."""
        return list(reversed(self._posts))[:count]


def _author(post: Json) -> Json:
    account = post.get("account")
    if not isinstance(account, dict):
        return {"id": "", "acct": "", "display_name": ""}
    return {name: account.get(name, "") for name in ("id", "acct", "display_name")}
