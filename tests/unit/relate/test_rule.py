"""Who is told what: strangers are linked, one person never with himself, a flood costs little."""

import pytest

from schemas.relation import Relation
from workers.relate.campaign import MEMBERS, Campaign, milestone
from workers.relate.entry import Entry
from workers.relate.rule import LINKS, Known, Verdict, relate


class Book:
    """Campaigns and their texts, as the tables would hold them."""

    def __init__(self) -> None:
        self.campaigns: dict[str, Campaign] = {}
        self.texts: list[Entry] = []

    def come(self, person: str, near: list[int] | None = None) -> Verdict:
        """A text of `person`; near to the texts with these numbers, all others when not said."""
        came = Entry(f"case{len(self.texts) + 1}", person)
        numbers = reversed(range(1, len(self.texts) + 1)) if near is None else near
        known = [Known(number, self.texts[number - 1], 0.9) for number in numbers]
        verdict = relate(came, known, self.campaigns.get, self._has)
        for one in verdict.joined:
            self.texts[one.number - 1] = one.entry
        self.texts.append(verdict.entry)
        if verdict.campaign:
            self.campaigns[verdict.campaign.campaign] = verdict.campaign
        return verdict

    def _has(self, campaign: str, person: str) -> bool:
        return any(one.campaign == campaign and one.person_key == person for one in self.texts)


def told(verdict: Verdict) -> dict[str, list[str]]:
    return {one.reference: [link.reference for link in one.links] for one in verdict.relations}


def test_two_strangers_hear_of_each_other() -> None:
    book = Book()
    assert book.come("anna").relations == ()
    verdict = book.come("boris")
    assert told(verdict) == {"case1": ["case2"], "case2": ["case1"]}
    assert {one.person_key for one in verdict.relations} == {"anna", "boris"}
    assert {one.people for one in verdict.relations} == {2}


def test_one_person_alone_is_never_related_to_himself() -> None:
    book = Book()
    for _ in range(4):
        assert book.come("anna").relations == ()
    assert not book.campaigns
    verdict = book.come("boris")
    assert all(link.startswith("case5") for case in ("case1", "case4") for link in told(verdict)[case])
    assert verdict.campaign is not None
    assert (verdict.campaign.people, verdict.campaign.texts) == (2, 5)


def test_who_comes_again_is_linked_but_counts_once() -> None:
    book = Book()
    book.come("anna")
    book.come("boris")
    verdict = book.come("anna")
    assert told(verdict) == {"case3": ["case2"]}
    assert verdict.campaign is not None
    assert (verdict.campaign.people, verdict.campaign.texts) == (2, 3)


def test_who_only_meets_his_own_copies_hears_of_the_campaign_s_first_cases() -> None:
    book = Book()
    book.come("anna")
    book.come("boris")
    assert told(book.come("boris", near=[2])) == {"case3": ["case1"]}


def test_a_campaign_tells_its_first_members_at_round_numbers_only() -> None:
    book = Book()
    heard: list[Relation] = []
    for number in range(120):
        heard += [one for one in book.come(f"person{number}").relations if one.reference == "case1"]
    assert [one.people for one in heard] == [2, 5, 10, 20, 50, 100]
    assert [bool(one.links) for one in heard] == [True, False, False, False, False, False]
    assert len({one.relation_id for one in heard}) == 6
    (campaign,) = book.campaigns.values()
    assert len(campaign.members) == MEMBERS
    assert campaign.people == 120


def test_a_flood_makes_a_bounded_number_of_links_each() -> None:
    book = Book()
    for number in range(200):
        verdict = book.come(f"person{number}")
        assert len(verdict.relations) <= MEMBERS + 2
        assert all(len(one.links) <= LINKS for one in verdict.relations)


def test_the_same_course_of_events_proposes_the_same_ids() -> None:
    one, other = Book(), Book()
    for person in ("anna", "boris", "carla", "boris", "dora", "emil"):
        first, again = one.come(person).relations, other.come(person).relations
        assert [relation.relation_id for relation in first] == [relation.relation_id for relation in again]


def test_a_text_between_two_campaigns_joins_the_nearest_and_merges_nothing() -> None:
    book = Book()
    book.come("anna")
    book.come("boris", near=[1])
    book.come("carla", near=[])
    book.come("dora", near=[3])
    verdict = book.come("emil", near=[2, 3])
    assert verdict.entry.campaign == book.texts[1].campaign != book.texts[2].campaign
    assert verdict.joined == []


@pytest.mark.parametrize(
    ("people", "wanted"), [(1, 0), (4, 0), (5, 5), (9, 5), (19, 10), (20, 20), (999, 500), (1000, 1000)]
)
def test_milestones(people: int, wanted: int) -> None:
    assert milestone(people) == wanted
