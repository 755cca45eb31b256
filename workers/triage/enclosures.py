"""What a message brought along by reference: asked for when it joins a case, told to the case when it is here."""

from hashlib import sha256

from schemas.errors import Nonsense
from schemas.intake import Arrival
from schemas.media import AttachmentNews, MediaWanted
from schemas.message import MediaReference
from workers.triage.changes import Changes
from workers.triage.state import CaseRecord, Memory


def ask_for(case: CaseRecord, arrival: Arrival, scans: bool, changes: Changes) -> None:
    """Ask the fetch stage for the media of a message of `case`; with `scans` also to scan what is here already."""
    message = arrival.message
    things: list[dict[str, object]] = [{"media": one} for one in message.media if is_media(one)]
    if scans:
        things += [{"stored": one} for one in message.attachments]
    for place, thing in enumerate(things):
        wanted = MediaWanted.model_validate(
            {
                "wanted_id": _wanted_id(arrival.identity, place),
                "reference": case.reference,
                "person_key": case.person_key,
                "identity": arrival.identity,
                "channel": arrival.channel,
                "account": arrival.account,
                "at": arrival.logged_at,
                **thing,
            }
        )
        changes.want(wanted)


def is_media(reference: MediaReference) -> bool:
    """Something that a provider keeps; a place on the map and a link to somebody's page are not."""
    if reference.media_type.startswith("text/html"):
        return False
    return bool(reference.media_id) or reference.url.startswith(("https://", "http://"))


def told(news: AttachmentNews, memory: Memory, changes: Changes) -> None:
    """The case and its queue hear what became of an attachment; the same news twice is one."""
    case = memory.case(news.reference)
    if case is None:
        raise Nonsense(f"an attachment of {news.reference}, which is not a case")
    if memory.seen(news.wanted_id) is not None:
        return
    changes.keep_seen(news.wanted_id, news.reference)
    details = news.model_dump(mode="json", exclude_none=True, exclude={"person_key", "reference", "channel"})
    case = changes.event(case, "attachment", news.wanted_id, channel=news.channel, details=details)
    update = {"attachment": details}
    case = changes.tell(case, "complaint.updated", news.wanted_id, channel=news.channel, changes=update)
    changes.keep_case(case)


def _wanted_id(identity: str, place: int) -> str:
    return sha256(f"media.v1 {identity} {place}".encode()).hexdigest()[:32]
