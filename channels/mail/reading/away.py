"""Robots' answers without a mark: holiday notices, "we received your mail", told by their words alone.

A person's answer to such a notice (`Re: Automatic reply: …`), and a person who says that he is away and something else,
are no robots: every sentence has to be one that such notices have.
"""

import re

from channels.mail.reading import away_words as said
from channels.mail.reading import subjects
from channels.mail.reading.history_words import GREETING

_LONG = 900
_SENTENCE = re.compile(r"[^.!?。！？\n]{1,500}[.!?。！？]*")
_INSIDE = re.compile(r"(?<=\d)\.|(?<=\w)\.(?=\w)")
_NAME_LINE = re.compile(r"^[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){0,4}$")
_OPENING = 4
"""Sentences among which the one that says so is."""


def answers_so(subject: str, text: str, answering: bool) -> bool:
    """Does a robot answer? `answering`: the mail has an In-Reply-To, or a path that takes nothing back."""
    bare = subjects.without_tags(subject)
    told = subjects.without_reply(bare)
    if said.ALONE.match(bare):
        return True
    found = said.SUBJECT.match(told)
    if found and said.GOES_ON.match(told, found.end()):
        return told == bare or _only_away(text) or bool(said.ROBOT.search(text[:_LONG]))
    return (answering or told != bare or not told) and _only_away(text)


def _only_away(text: str) -> bool:
    """A holiday notice and nothing else."""
    short = text.strip()
    if not short or len(short) > _LONG:
        return False
    sentences = [one.strip() for line in short.split("\n") for one in _SENTENCE.findall(_whole(line))]
    told = [one for one in sentences if any(map(str.isalpha, one)) and not GREETING.match(one)]
    away = [bool(said.AWAY.search(one)) for one in told]
    if not any(away[:_OPENING]):
        return False
    first = away.index(True)
    others = [one for index, one in enumerate(told) if not away[index]]
    names = {one for one in told[first:] if _NAME_LINE.match(one) and one[:1].isupper() and len(one) < 40}
    return all(said.BESIDE.search(one) or one in names for one in others)


def _whole(line: str) -> str:
    """Dots inside of addresses and behind numbers end no sentence."""
    return _INSIDE.sub("·", line) if "." in line else line
