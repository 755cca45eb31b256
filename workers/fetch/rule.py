"""The decisions of fetching: whose lane, until when, what comes after a failure, what the thing is called."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from schemas.media import MediaWanted
from schemas.message import MediaReference
from workers.fetch.ledger import Entry
from workers.fetch.settings import FetchSettings
from workers.fetch.turns import Ended

SCANNER_LANE = "scanner"
_PAGES = ("text/html", "application/xhtml+xml")
_NAME_LIMIT = 255


def lane_of(wanted: MediaWanted) -> str:
    """The host that is asked, else the channel whose provider will say where; one's trouble is not another's."""
    if wanted.media is None:
        return SCANNER_LANE
    if wanted.media.url:
        try:
            return urlsplit(wanted.media.url).hostname or wanted.channel
        except ValueError:
            return wanted.channel
    return wanted.channel


def after_failure(entry: Entry, ended: Ended, settings: FetchSettings, now: datetime) -> Entry | None:
    """The entry to try again, with when; None when that would be too late."""
    pause = settings.retry_first_seconds * 2 ** min(entry.attempts, 20)
    pause = max(ended.retry_after, min(pause, settings.retry_most_seconds))
    again = now + timedelta(seconds=pause)
    if again >= last_moment(entry.wanted, settings):
        return None
    return entry.model_copy(update={"attempts": entry.attempts + 1, "next_attempt_at": again})


def last_moment(wanted: MediaWanted, settings: FetchSettings) -> datetime:
    """When it is too late: the provider's word, else our own patience."""
    end = wanted.at + timedelta(hours=settings.give_up_hours)
    expires = wanted.media.expires_at if wanted.media else None
    return min(end, expires) if expires else end


def media_type(reference: MediaReference, told: str) -> str:
    """The type of what came, without parameters; empty when it is a page instead of what was promised.

    The other side's word goes before the message's, which is often only a word like `image`.
    """
    answered = told.partition(";")[0].strip().lower()
    if answered in _PAGES:
        return ""
    claimed = reference.media_type.partition(";")[0].strip().lower()
    for candidate in (answered, claimed):
        if candidate.count("/") == 1 and candidate.isascii() and candidate.isprintable():
            return candidate[:_NAME_LIMIT]
    return "application/octet-stream"


def name_of(reference: MediaReference) -> str:
    """What a person will call it. It is data, never a path; control and direction characters are left out."""
    name = reference.name or urlsplit(reference.url).path.rpartition("/")[2] or reference.media_id
    return "".join(character for character in name if character.isprintable())[:_NAME_LIMIT] or "media"
