"""A campaign: cases of several people that say nearly the same. What is remembered of one, and when it is told."""

import hashlib

from pydantic import Field

from schemas.wire import Wire

MEMBERS = 20
"""Cases that are told how a campaign grows: the first ones. The others hear of it when they come."""
_STEPS = (1, 2, 5)


class Member(Wire):
    """A case of a campaign, one for each person."""

    reference: str
    person_key: str


class Campaign(Wire):
    """`people` counts persons; one who comes again after his texts have left the window counts again.

    `texts` is how many of its texts are in the window: with the last one the campaign is forgotten. `told` is the
    last number of people that its members were told of.
    """

    campaign: str
    people: int = 0
    texts: int = 0
    told: int = 0
    members: list[Member] = Field(default_factory=list)

    def key(self) -> bytes:
        """Its key in the table."""
        return campaign_key(self.campaign)

    def with_text(self, reference: str, person_key: str, new_person: bool) -> "Campaign":
        """One more text, of a person whom it had not yet or had already."""
        member = Member(reference=reference, person_key=person_key)
        members = [*self.members, member] if new_person and len(self.members) < MEMBERS else self.members
        return self.model_copy(
            update={"people": self.people + new_person, "texts": self.texts + 1, "members": members}
        )

    def without_text(self) -> "Campaign":
        """A text of it has left the window."""
        return self.model_copy(update={"texts": self.texts - 1})


def campaign_key(campaign: str) -> bytes:
    """Its key in the table."""
    return b"c:" + campaign.encode()


def campaign_id(founder: str) -> str:
    """16 hex characters for the campaign that the case `founder` was the first of."""
    return hashlib.sha256(f"campaign.v1 {founder}".encode()).hexdigest()[:16]


def milestone(people: int) -> int:
    """The last number worth telling: 5, 10, 20, 50, 100, …; 0 below. So members hear of it a few times, not always."""
    reached, power = 0, 1
    while power <= people:
        reached = max(step * power for step in _STEPS if step * power <= people)
        power *= 10
    return reached if reached >= _STEPS[-1] else 0
