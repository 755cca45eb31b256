"""What relate proposed, told to the case: others say nearly the same. Linked, never joined.

It comes after the case was opened, as a record of its own; the same news twice is one.
"""

from schemas.relation import Relation
from workers.triage.changes import Changes
from workers.triage.state import Memory

MANY_PEOPLE = 5
"""From so many people on a campaign raises the impact, as the priority rules say of a campaign's size."""


def proposed(word: Relation, memory: Memory, changes: Changes) -> None:
    """The case and its queue hear of links, or of the campaign's growth. A case that is gone needs to hear nothing."""
    case = memory.case(word.reference)
    if case is None or memory.seen(word.relation_id) is not None:
        return
    changes.keep_seen(word.relation_id, word.reference)
    news = word.model_dump(mode="json", exclude={"relation_id", "reference", "person_key", "links"})
    if word.people >= MANY_PEOPLE:
        news["impact"] = "high"
    case = changes.event(case, "linked", word.relation_id, links=word.links, details=news)
    kind = "complaint.linked" if word.links else "complaint.updated"
    changes.keep_case(changes.tell(case, kind, word.relation_id, links=word.links, changes=news))
