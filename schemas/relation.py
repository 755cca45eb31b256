"""What relate proposes to triage on `intake.messages`: this case and others say nearly the same, people apart."""

from pydantic import Field

from schemas.complaint import Link
from schemas.wire import Wire

RELATION = "gateway.relation.v1"


class Relation(Wire):
    """News for the case `reference`, whose partition is `person_key`'s.

    `relation_id` is deterministic (32 hex characters): proposing it again is the same news. `campaign` names the
    group of cases that say nearly the same; `people` how many persons it has now. `links` may be empty: then only
    the number has grown.
    """

    relation_id: str
    reference: str
    person_key: str
    campaign: str
    people: int
    links: list[Link] = Field(default_factory=list)
