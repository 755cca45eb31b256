"""What is said in a run, by number: the complaint, the same words again, and the reply to our letter."""

import re
from dataclasses import replace

from tests.acceptance.chaos.letters import Letter
from tests.acceptance.customers import Complaint
from tests.acceptance.people.person import person
from tests.acceptance.people.words import BY_PAGE, WAYS, Word

MARKER = re.compile(r"chaos (number|reply) (\d{6})")
"""What the queues, the spool and the logs are searched for."""
_EACH = 3
_DELIVERED_AGAIN, _REPEATED, _REPLIED = 5, 7, 4


class _Numbered(Complaint):
    @property
    def marker(self) -> str:
        return f"chaos number {self.number:06d}"


def complaint(number: int) -> Word:
    """The complaint with this number; a person has three of them, on whatever channels come."""
    way, who = WAYS[number % len(WAYS)], person(number // _EACH)
    return Word(f"said-{number}", who, way, _Numbered(number, way, who.number).text)


def delivered_again(number: int) -> bool:
    """Whether its provider delivers it more than once."""
    return number % _DELIVERED_AGAIN == 1


def repeat(number: int) -> Word | None:
    """The same words of the same person in a new message, or nothing."""
    return replace(complaint(number), key=f"repeat-{number}") if number % _REPEATED == 3 else None


def answers(number: int) -> bool:
    """Whether its sender answers our letter."""
    return number % _REPLIED == 2


def reply(number: int, letter: Letter) -> Word:
    """His answer, on the channel that the letter came by: every other mail names its case by nothing but its thread."""
    said = complaint(number)
    reference = min(letter.references)
    about = "" if letter.channel == "mail" and number % 8 == 2 else f" This is about {reference}."
    text = (
        f"Nothing has happened since you wrote. My chaos reply {number:06d}.{about} When will it be mended?"
    )
    way = letter.channel if said.way in BY_PAGE else said.way
    return Word(f"reply-{number}", said.who, way, text, answers=letter.id, to=letter.reply_to)
