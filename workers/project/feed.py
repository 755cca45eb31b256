"""What insight and relate hear: finished events of real people, after the view has committed them, at least once."""

import base64

from classifiers.similarity.fingerprint import text_fingerprint
from classifiers.similarity.runs import runs_of, to_bytes
from schemas import cloudevents
from schemas.complaint import CaseEvent
from schemas.insight import FEED, FeedItem
from workers.project.rule import CaseRow

SOURCE = "/gateway/project"
COUNTED = ("opened",)
"""Types of events that insight counts; the others would only cost it time."""


def item(event: CaseEvent, case: CaseRow | None, source: str, offset: int) -> FeedItem | None:
    """The feed's item for the event at `offset` of `source`; None for what insight does not count."""
    if event.synthetic or case is None or event.type not in COUNTED:
        return None
    text = event.message.text if event.message else ""
    return FeedItem(
        source=source,
        offset=offset,
        event_id=event.event_id,
        type=event.type,
        reference=event.reference,
        person_key=event.person_key,
        channel=event.channel,
        category=case.category,
        queue=case.queue,
        same=text_fingerprint(text).hex() if text.strip() else "",
        runs=_runs(text),
        at=event.at,
    )


def _runs(text: str) -> str:
    (runs,) = runs_of([text])
    return base64.b64encode(to_bytes(runs)).decode()


def headers(word: FeedItem) -> cloudevents.Headers:
    """Its CloudEvents headers."""
    return cloudevents.headers(FEED, word.event_id, SOURCE, word.at)
