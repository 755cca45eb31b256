"""What a mail belongs to: its Message-ID, what it answers (RFC 5322 section 3.6.4), our token that it brings back.

Message-IDs are given without their angle brackets, which are no part of them.
"""

import re
from collections.abc import Iterable, Mapping

from channels.mail.reading import ours
from channels.mail.reading.headers import Headers

MOST_REFERENCES = 100
_ID = re.compile(r"<([^<>\s]{1,500})>")
_ADDRESSED_TO = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
_ANSWERS = ("in-reply-to", "references")


def ids(headers: Headers, name: str) -> list[str]:
    """The Message-IDs in a field; a single bare one is taken as it stands."""
    text = headers.text(name)
    found = _ID.findall(text)
    if found:
        return list(dict.fromkeys(found))
    bare = text.split()
    return [bare[0].strip("<>")[:500]] if len(bare) == 1 and "@" in bare[0] else []


def message_id(headers: Headers) -> str:
    """The mail's own, `""` when it has none."""
    return next(iter(ids(headers, "message-id")), "")


def in_reply_to(headers: Headers) -> str:
    """The mail that is answered, `""` when none is."""
    return next(iter(ids(headers, "in-reply-to")), "")


def references(headers: Headers) -> list[str]:
    """The chain, oldest first; of a very long one the first and the newest."""
    chain = list(dict.fromkeys(ids(headers, "references") + ids(headers, "in-reply-to")))
    return chain if len(chain) <= MOST_REFERENCES else [chain[0], *chain[1 - MOST_REFERENCES :]]


def answers_letter(headers: Headers) -> bool:
    """Does In-Reply-To or References name a letter of ours?"""
    return any(b"letter." in headers.raw(name) and ours.letter([headers.text(name)]) for name in _ANSWERS)


def reply_token(headers: Headers, facts: Mapping[str, str]) -> str:
    """The token of our letter's Reply-To, from wherever the answer carries it; not verified."""
    return ours.reply_token(_places(headers, facts))


def letter(headers: Headers, facts: Mapping[str, str], named: Iterable[str]) -> str:
    """`LETTERID.KEY` of the letter of ours that this mail is about; `named` are Message-IDs that came back."""
    return ours.letter([*_places(headers, facts), *named])


def _places(headers: Headers, facts: Mapping[str, str]) -> list[str]:
    fields = (headers.text(name) for name in (*_ADDRESSED_TO, *_ANSWERS))
    return [facts.get("envelope_to", ""), *fields]
