"""Short messages to organisations of many domains, spelled out from wordings of the project's own.

What is public and labelled comes from few sources, and a head learns those sources. Here every way of saying it is
told of every domain, so what tells grievances apart is the way, not the thing.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from classifiers.kind import GRIEVANCE, NONE
from classifiers.lexicon.grammar import Choice, Word, parsed
from classifiers.lexicon.grammar import Sequence as Tree
from classifiers.training.rows import Row

DOMAINS = "domains"
WORDINGS = " wordings"
"""How the groups of these rows end; before it stands the domain."""
_HANDLES = 0.4
"""Share of the messages that begin with the organisation's handle."""
_JOINED = 0.3
"""Share of the messages that say two things: a grievance stays one beside thanks or a question."""

Things = Mapping[str, Sequence[str]]


def wording_rows(file: Path, each: int, seed: int) -> list[Row]:
    """Each line of `file` spelled out `each` times for every domain; the domain is the row's group.

    Raises ValueError for a line that cannot be read or that names a thing which a domain does not have.
    """
    sections = _sections(file)
    domains = dict(map(_domain, sections.pop(DOMAINS)))
    chance = random.Random(seed)
    return [
        Row(
            _addressed(_message(sections, label, (line, things), chance), domain, chance),
            label,
            f"{domain}{WORDINGS}",
        )
        for label in (GRIEVANCE, NONE)
        for line in sections[label]
        for domain, things in domains.items()
        for _ in range(each)
    ]


def _message(
    sections: Mapping[str, Sequence[str]], label: str, told: tuple[str, Things], chance: random.Random
) -> str:
    line, things = told
    lines = [line]
    if chance.random() < _JOINED:
        second = label if chance.random() < 0.5 else NONE
        lines.insert(chance.randrange(2), chance.choice(sections[second]))
    return ". ".join(_spelled(parsed(one), things, chance) for one in lines)


def _sections(file: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in file.read_text("utf-8").splitlines():
        if line[:1] == "[" and line[-1] == "]" and line.count("[") == 1 and " " not in line:
            lines = found.setdefault(line[1:-1], [])
        elif line and line[0] != "#":
            lines.append(line)
    return found


def _domain(line: str) -> tuple[str, Things]:
    name, *columns = line.split("\t")
    things = (column.partition(": ") for column in columns)
    return name, {slot: words.split("|") for slot, _, words in things}


def _addressed(text: str, domain: str, chance: random.Random) -> str:
    return f"@{domain} {text}" if chance.random() < _HANDLES else text


def _spelled(tree: Tree, things: Things, chance: random.Random) -> str:
    return " ".join(_words(tree, things, chance))


def _words(tree: Tree, things: Things, chance: random.Random) -> Iterator[str]:
    for part in tree.parts:
        if isinstance(part, Choice):
            if not part.optional or chance.random() < 0.5:
                yield from _words(chance.choice(part.options), things, chance)
        elif isinstance(part, Word):
            yield _filled(part.text, things, chance)


def _filled(word: str, things: Things, chance: random.Random) -> str:
    if "{" not in word:
        return word
    for slot, words in things.items():
        if slot in word:
            return word.replace(slot, chance.choice(words))
    raise ValueError(f"{word} is none of {', '.join(things)}")
