"""Whom the monitor watches: each stage, the group it is for Kafka, the topic it reads."""

from dataclasses import dataclass

from schemas import topics


@dataclass(frozen=True, slots=True)
class Watched:
    """One stage. `by_view`: where it stands is told by the case view's database, not by the group."""

    stage: str
    topic: str
    by_view: bool = False

    @property
    def group(self) -> str:
        """The plain name of its consumer group."""
        return self.stage


STAGES: tuple[Watched, ...] = (
    Watched("normalise", topics.DELIVERIES.name),
    Watched("overflow", topics.OVERFLOW.name),
    Watched("outcomes", topics.OUTCOMES.name),
    Watched("triage", topics.MESSAGES.name),
    Watched("letters", topics.LETTERS_DUE.name),
    Watched("fetch", topics.MEDIA_WANTED.name),
    Watched("project", topics.EVENTS.name, by_view=True),
    Watched("insight", topics.INSIGHT_FEED.name),
    Watched("relate", topics.INSIGHT_FEED.name),
)
COLLECT = "collect"
"""The group of the collectors: it reads nothing, so only its members are counted."""
