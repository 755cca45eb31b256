"""X's words: Account Activity events, API v2 posts and direct messages, v1.1 posts and messages.

Source: docs.x.com "Account Activity API: payload", "X API v2 data dictionary"; the v1.1 objects live on inside the
Account Activity API. All are folded into one outline here; fields that are not named are ignored.
"""

from channels.json_body import read_json
from channels.lenient import objects
from channels.x import classic, version_2
from channels.x.item import Item
from schemas.errors import Unreadable


def items(raw: bytes) -> list[Item]:
    """Every event in a webhook body or an API answer, in its order. Raises Unreadable for anything else."""
    value = read_json(raw)
    if isinstance(value, list):
        return [classic.post("tweet_create_events", one, "") for one in objects(value)]
    if not isinstance(value, dict):
        raise Unreadable(f"a JSON object was expected, this is {type(value).__name__}")
    if isinstance(value.get("data"), list | dict) or isinstance(value.get("meta"), dict):
        return list(version_2.read(value))
    return list(classic.read(value))
