"""Who is told what when a text comes that others are near to. Plain data in, plain data out.

A text and its near ones that have no campaign yet join the campaign of the nearest one that has, or found one.
Each newcomer is linked to a few cases of other people, never to one of the same person, and never to all: a
template letter that a thousand people send would make a million links.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from schemas.complaint import Link
from schemas.relation import Relation
from workers.relate.campaign import Campaign, Member, campaign_id, milestone
from workers.relate.entry import Entry

LINKS = 3


@dataclass(frozen=True, slots=True)
class Known:
    """A text of the window: its number, what it is, and how near it is to the one that came."""

    number: int
    entry: Entry
    score: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """`entry`: the newcomer as it is kept; `joined`: known texts that are part of the campaign from now on."""

    entry: Entry
    joined: Sequence[Known] = ()
    campaign: Campaign | None = None
    relations: Sequence[Relation] = ()


def relate(
    came: Entry,
    near: Sequence[Known],
    campaign_of: Callable[[str], Campaign | None],
    has: Callable[[str, str], bool],
) -> Verdict:
    """`near`: nearest first. `has(campaign, person_key)`: whether a text of this person is in the campaign."""
    before = next((one for known in near if (one := campaign_of(known.entry.campaign))), None)
    if before is None and all(known.entry.person_key == came.person_key for known in near):
        return Verdict(came)
    loose = sorted(
        (known for known in near if campaign_of(known.entry.campaign) is None), key=lambda known: known.number
    )
    before = before or Campaign(campaign=campaign_id(loose[0].entry.reference))
    campaign = _with(before, [*(known.entry for known in loose), came], has)
    relations = [_linked(known.entry, [(came, known.score)], campaign) for known in loose]
    relations.append(_linked(came, [(known.entry, known.score) for known in near], campaign))
    reached = milestone(campaign.people)
    if reached > before.told:
        relations += [_grown(member, reached, campaign) for member in before.members]
        campaign = campaign.model_copy(update={"told": reached})
    joined = [replace(known, entry=known.entry.of(campaign.campaign)) for known in loose]
    told = [relation for relation in relations if relation is not None]
    return Verdict(came.of(campaign.campaign), joined, campaign, told)


def _with(campaign: Campaign, entries: Iterable[Entry], has: Callable[[str, str], bool]) -> Campaign:
    people: set[str] = set()
    for entry in entries:
        known = entry.person_key in people or has(campaign.campaign, entry.person_key)
        campaign = campaign.with_text(entry.reference, entry.person_key, not known)
        people.add(entry.person_key)
    return campaign


def _linked(hears: Entry, others: Iterable[tuple[Entry, float]], campaign: Campaign) -> Relation | None:
    """What a newcomer of the campaign hears: a few cases of other people, the nearest first."""
    links: dict[str, Link] = {}
    for other, score in others:
        why = f"nearly the same text ({score:.0%}) of another person"
        links.setdefault(other.person_key, Link(reference=other.reference, why=why))
    for member in campaign.members:
        links.setdefault(member.person_key, Link(reference=member.reference, why="of the same campaign"))
    links.pop(hears.person_key, None)
    told = list(links.values())[:LINKS]
    return _relation(hears.reference, hears.person_key, campaign, told, "linked") if told else None


def _grown(member: Member, reached: int, campaign: Campaign) -> Relation:
    """What an early member hears when the campaign has grown."""
    return _relation(member.reference, member.person_key, campaign, [], f"people {reached}")


def _relation(
    reference: str, person_key: str, campaign: Campaign, links: Sequence[Link], cause: str
) -> Relation:
    its_id = hashlib.sha256(f"relation.v1 {campaign.campaign} {reference} {cause}".encode()).hexdigest()[:32]
    return Relation(
        relation_id=its_id,
        reference=reference,
        person_key=person_key,
        campaign=campaign.campaign,
        people=campaign.people,
        links=list(links),
    )
