"""One event of X's in one form, whichever of its three vocabularies it came in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Medium:
    """One enclosure: its address when X tells it, its key, and its kind."""

    url: str
    key: str
    kind: str


@dataclass(frozen=True, slots=True)
class Item:
    """One event in one form. `name` is X's: of the collection it came in, or of the v2 object."""

    name: str
    id: str
    author: str = ""
    author_name: str = ""
    handle: str = ""
    text: str = ""
    created_at: object = None
    language: str = ""
    answers: str = ""
    """The id of the post it answers."""
    about: str = ""
    """The id of the post that a like, repost or deletion is about."""
    conversation: str = ""
    """The direct-message conversation."""
    versions: tuple[str, ...] = ()
    """Ids of earlier versions of an edited post, oldest first."""
    media: tuple[Medium, ...] = ()
    places: tuple[tuple[str, str, str], ...] = ()
    """Coordinates and name of places that were sent: latitude, longitude, name."""
    notes: tuple[str, ...] = ()
    """What it is about and does not say itself."""
    ours: str = ""
    """The account of ours that the webhook was for."""
