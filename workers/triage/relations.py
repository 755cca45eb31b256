"""What relate proposed, told to the case: others say nearly the same. Linked, never joined.

It comes after the case was opened, as a record of its own; the same news twice is one.
"""

from typing import Any

from classifiers.priority import RULES, Signals, judge
from schemas.names import PRIORITIES
from schemas.relation import Relation
from workers.triage.changes import Changes
from workers.triage.state import CaseRecord, Memory

MANY_PEOPLE = 5
"""From so many people on their number is a campaign's size, as the priority rules understand it."""


def proposed(word: Relation, memory: Memory, changes: Changes) -> None:
    """The case and its queue hear of links, or of the campaign's growth. A case that is gone needs to hear nothing."""
    case = memory.case(word.reference)
    if case is None or memory.seen(word.relation_id) is not None:
        return
    changes.keep_seen(word.relation_id, word.reference)
    news = word.model_dump(mode="json", exclude={"relation_id", "reference", "person_key", "links"})
    news |= _judged(case, word.people)
    case = case.moved(changes.at, priority=news.get("priority", case.priority))
    case = changes.event(case, "linked", word.relation_id, links=word.links, details=news)
    kind = "complaint.linked" if word.links else "complaint.updated"
    changes.keep_case(changes.tell(case, kind, word.relation_id, links=word.links, changes=news))


def _judged(case: CaseRecord, people: int) -> dict[str, Any]:
    """What the campaign's size makes of the case: its impact, and its priority where that is raised.

    A priority is the highest that any rule gives, and the others had their say when the case was opened: so the size
    is judged alone, and never lowers anything.
    """
    if people < MANY_PEOPLE:
        return {}
    judgement = judge(Signals(kind=case.kind or "complaint", campaign_size=people))
    told: dict[str, Any] = {"impact": judgement.impact}
    if case.priority and PRIORITIES.index(judgement.priority) > PRIORITIES.index(case.priority):
        told |= {"priority": judgement.priority, "because": list(judgement.because), "rules": RULES}
    return told
