"""The endpoints of X's API that a complaints account needs, each call signed (docs.x.com, "X API v2").

Mentions and direct messages are paid for by what is read: nothing here asks twice for the same.
"""

from typing import Any

import httpx

from channels.calls import Api, answered
from channels.contract import Unclear
from channels.json_body import objects
from channels.x.settings import XSettings
from channels.x.signing import Signer
from schemas.errors import Unavailable

Json = dict[str, Any]
MOST_PAGES = 200
POST_FIELDS = {
    "tweet.fields": "author_id,created_at,conversation_id,lang,referenced_tweets,edit_history_tweet_ids,note_tweet",
    "expansions": "author_id,attachments.media_keys",
    "user.fields": "name,username",
    "media.fields": "url,preview_image_url,type",
}
MESSAGE_FIELDS = {
    "event_types": "MessageCreate",
    "dm_event.fields": "id,text,event_type,sender_id,created_at,dm_conversation_id,attachments",
    "expansions": "sender_id,attachments.media_keys",
    "user.fields": "name,username",
    "media.fields": "url,preview_image_url,type",
}


class XApi:
    """Calls as the configured account. Raises Refused and Unavailable; `write` also Unclear."""

    def __init__(self, settings: XSettings) -> None:
        self._api = Api(settings.api_base, timeout_seconds=settings.timeout_seconds)
        self._base = settings.api_base.rstrip("/")
        self._signer = Signer(settings)

    async def me(self) -> Json:
        """Whose account the token opens."""
        found = (await self._get("/2/users/me", {})).get("data")
        if not isinstance(found, dict):
            raise Unavailable("X's answer is good and names no account")
        return found

    async def mentions(self, user_id: str, since_id: str) -> list[Json]:
        """Pages of mentions after `since_id`, newest first; the newest alone when it is empty."""
        asked = {**POST_FIELDS, "max_results": "100" if since_id else "5"}
        if since_id:
            asked["since_id"] = since_id
        return await self._pages(f"/2/users/{user_id}/mentions", asked, bool(since_id))

    async def messages(self, page_token: str = "") -> Json:
        """One page of direct-message events, newest first."""
        asked = {**MESSAGE_FIELDS, "max_results": "100"}
        if page_token:
            asked["pagination_token"] = page_token
        return await self._get("/2/dm_events", asked)

    async def own_posts(self, user_id: str) -> list[Json]:
        """Our latest posts."""
        asked = {"max_results": "50", "tweet.fields": "referenced_tweets"}
        return objects((await self._get(f"/2/users/{user_id}/tweets", asked)).get("data"))

    async def talk_with(self, user_id: str) -> list[Json]:
        """The latest direct messages with a person."""
        asked = {"max_results": "50", "dm_event.fields": "id,text,sender_id"}
        path = f"/2/dm_conversations/with/{user_id}/dm_events"
        return objects((await self._get(path, asked)).get("data"))

    async def write(self, path: str, body: Json) -> Json:
        """A call with effects; what it made."""
        signed = self._signed("POST", path, {})
        made = answered(await self._api.send(path, json=body, headers=signed), Unclear).get("data")
        if not isinstance(made, dict):
            raise Unclear("X's answer is good and names nothing that was made")
        return made

    async def _pages(self, path: str, asked: dict[str, str], all_of_them: bool) -> list[Json]:
        pages: list[Json] = []
        while True:
            page = await self._get(path, asked)
            pages.append(page)
            token = next_token(page)
            if not token or not all_of_them:
                return pages
            bounded(pages)
            asked = {**asked, "pagination_token": str(token)}

    async def _get(self, path: str, asked: dict[str, str]) -> Json:
        response: httpx.Response = await self._api.get(
            path, params=asked, headers=self._signed("GET", path, asked)
        )
        return _whole(answered(response))

    def _signed(self, method: str, path: str, query: dict[str, str]) -> dict[str, str]:
        return self._signer.headers(method, self._base + path, query)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._api.aclose()


def bounded(pages: list[Json]) -> None:
    """Raises Unavailable when X never comes to the last page: taking only some would leave out the oldest."""
    if len(pages) >= MOST_PAGES:
        raise Unavailable(f"X gives more than {MOST_PAGES} pages and no last one")


def next_token(page: Json) -> str:
    """Where the next page is; empty for none."""
    meta = page.get("meta")
    return str(meta.get("next_token") or "") if isinstance(meta, dict) else ""


def _whole(page: Json) -> Json:
    """A page without data is an empty one only when X says so, not when it says what went wrong.

    X answers 200 with `errors` beside `data` for what single objects lack, and without `data` for a failure.
    """
    if "data" not in page and objects(page.get("errors")):
        first = objects(page["errors"])[0]
        raise Unavailable(f"X answers with an error: {str(first.get('detail') or first.get('title'))[:300]}")
    if not isinstance(page.get("data", []), list | dict):
        raise Unavailable("X answers with data that is no list")
    return page
