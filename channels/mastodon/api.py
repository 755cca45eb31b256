"""The few endpoints of Mastodon that a complaints account needs (docs.joinmastodon.org, "API methods")."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

import httpx

from channels.calls import Api, answered, answered_list, told
from channels.contract import Unclear
from channels.json_body import objects
from channels.mastodon.settings import MastodonSettings
from schemas.errors import Refused, Unavailable

TYPES = ("mention", "update", "quote")
PAGE = 40
SCARCE = 60
"""With fewer requests left in the window (300 in 5 minutes) the doorbell is not answered at once."""
SILENCE_SECONDS = 45.0
"""The server sends a heartbeat every 15 s; a stream that is silent for three of them is dead."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Me:
    """Our account: its id on the server, `name@server`, and the server's name."""

    id: str
    account: str
    domain: str


class MastodonApi:
    """Reading and writing as the configured account. Raises Refused and Unavailable; `post` also Unclear."""

    def __init__(self, settings: MastodonSettings, user_agent: str) -> None:
        agent = {"User-Agent": user_agent}
        self._token = settings.access_token.get_secret_value()
        self._api = Api(settings.base_url, self._token, settings.timeout_seconds, agent)
        self._streaming_url = (settings.streaming_url or settings.base_url).rstrip("/")

    @property
    def host(self) -> str:
        """The server's name."""
        return self._api.client.base_url.host

    @property
    def scarce(self) -> bool:
        """True when the server's rate limit is nearly used up."""
        return self._api.remaining is not None and self._api.remaining < SCARCE

    async def me(self) -> Me:
        """Who we are there."""
        account = answered(await self._api.get("/api/v1/accounts/verify_credentials"))
        instance = answered(await self._api.get("/api/v2/instance"))
        domain = str(instance.get("domain") or self._api.client.base_url.host)
        number, name = (told(account, one, unsure=Unavailable) for one in ("id", "username"))
        return Me(number, f"{name}@{domain}", domain)

    async def notifications(self, min_id: str = "") -> list[Json]:
        """Oldest first: the next page after `min_id`; the newest page when it is empty."""
        asked: dict[str, Any] = {"types[]": list(TYPES), "limit": PAGE}
        if min_id:
            asked["min_id"] = min_id
        page = answered_list(await self._api.get("/api/v1/notifications", params=asked))
        return objects(page)[::-1]

    async def status(self, status_id: str) -> Json | None:
        """A post; None when it is gone or not shown to us any more."""
        try:
            post = answered(await self._api.get(f"/api/v1/statuses/{status_id}"))
        except Refused as error:
            if error.code in ("404", "410"):
                return None
            raise
        return post

    async def own_posts(self, account_id: str) -> list[Json]:
        """Our own latest posts, newest first."""
        asked = {"exclude_reblogs": "true", "limit": PAGE}
        return objects(
            answered_list(await self._api.get(f"/api/v1/accounts/{account_id}/statuses", params=asked))
        )

    async def post(self, fields: Mapping[str, str], idempotency_key: str) -> Json:
        """Write a post; the same key within the hour gives the first one again."""
        headers = {"Idempotency-Key": idempotency_key}
        response = await self._api.send("/api/v1/statuses", json=dict(fields), headers=headers)
        return answered(response, Unclear)

    def stream(self) -> AbstractAsyncContextManager[httpx.Response]:
        """The account's events as server-sent events."""
        return self._api.client.stream(
            "GET",
            f"{self._streaming_url}/api/v1/streaming/user",
            headers={"Accept": "text/event-stream"},
            timeout=httpx.Timeout(10.0, read=SILENCE_SECONDS),
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._api.aclose()
