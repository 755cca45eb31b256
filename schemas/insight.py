"""What the case view feeds to insight and relate, and what insight finds: counts by the minute, and surges."""

from typing import Literal

from pydantic import Field

from schemas.names import ChannelName
from schemas.wire import Moment, Wire

FEED = "gateway.insight.feed.v1"
FOUND = "gateway.insight.found.v1"


class FeedItem(Wire):
    """One finished event, written after the view's commit; at least once, in order within its source.

    `source` is `topic:partition` of complaints.events, `offset` the place there: the two tell a repeat.
    `same` is what makes it the same thing again (the text's fingerprint), empty when there is nothing.
    """

    source: str
    offset: int
    event_id: str
    type: str
    reference: str
    person_key: str
    channel: ChannelName
    category: str = ""
    queue: str = ""
    same: str = ""
    runs: str = ""
    """The text as the set of its three-word runs, base64 of 16 bits each: what near copies are found by."""
    at: Moment


class Found(Wire):
    """`count`: opened cases of one category and channel in one minute. `surge`: many people, one thing.

    `found_id` is deterministic, so that finding it twice is one event. `people` counts distinct persons.
    """

    type: Literal["count", "surge"]
    found_id: str
    category: str
    channel: str = ""
    since: Moment
    count: int
    people: int = 0
    same: str = ""
    references: list[str] = Field(default_factory=list)
