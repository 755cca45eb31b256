"""Mastodon's pages: `max_id`, `since_id`, `min_id`, `limit`, and a Link header to both neighbours."""

from collections.abc import Callable, Iterable
from typing import TypeVar
from urllib.parse import urlencode

from starlette.requests import Request

from deploy.sandbox.mastodon.access import Refusal

Item = TypeVar("Item")
CURSORS = ("max_id", "since_id", "min_id")


def page(
    request: Request, items: Iterable[Item], key: Callable[[Item], str], limits: tuple[int, int]
) -> tuple[list[Item], dict[str, str]]:
    """The items of the page that `request` asks for, newest first, and its headers.

    `key` gives an item's id; `limits` are the default and the greatest number of items. `since_id` takes the
    newest ones after an id, `min_id` the ones just after it: https://docs.joinmastodon.org/api/guidelines/#pagination
    """
    query = request.query_params
    try:
        limit = min(int(query.get("limit", limits[0])), limits[1])
        lower = max(int(query.get("since_id", 0)), int(query.get("min_id", 0)))
        upper = int(query["max_id"]) if "max_id" in query else None
    except ValueError as wrong:
        raise Refusal(400, f"Invalid parameter: {wrong}") from wrong
    wanted = [item for item in items if int(key(item)) > lower and (upper is None or int(key(item)) < upper)]
    wanted.sort(key=lambda item: int(key(item)))
    chosen = wanted[:limit] if "min_id" in query else wanted[max(0, len(wanted) - limit) :]
    chosen.reverse()
    return chosen, _links(request, [key(item) for item in chosen])


def _links(request: Request, keys: list[str]) -> dict[str, str]:
    if not keys:
        return {}
    older, newer = _url(request, "max_id", keys[-1]), _url(request, "min_id", keys[0])
    return {"Link": f'<{older}>; rel="next", <{newer}>; rel="prev"'}


def _url(request: Request, cursor: str, value: str) -> str:
    kept = [(name, one) for name, one in request.query_params.multi_items() if name not in CURSORS]
    return f"{request.url.replace(query='')}?{urlencode([*kept, (cursor, value)])}"
