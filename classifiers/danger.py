"""Is somebody in danger? Three voices: the whole text, its worst passage, the lexicon.

The encoder alone raises an alarm where both its scores together are high. The lexicon is believed unless the encoder,
having read the very text, flatly disagrees; it is believed in any case where there is no encoder. None of them lowers
what another one is sure of.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from classifiers.lexicon.component import Finding
from classifiers.meaning.component import PASSAGE, Meaning

DROWNED = -1.5
"""A long everyday text says little of its one dangerous sentence: its own score counts no lower than this."""
_HAZARDS = "hazards"
_UNNAMED = "injury"


@dataclass(frozen=True, slots=True)
class Danger:
    """What was found: nothing, or hazards with the phrases and the passage that tell of them."""

    hazards: tuple[str, ...] = ()
    phrases: tuple[Finding, ...] = ()
    passage: tuple[int, int] | None = None
    """Where the encoder found it; None when only phrases tell."""
    aside: tuple[str, ...] = ()
    """Hazards that what stands beside the text tells of."""

    @property
    def hit(self) -> bool:
        """Whether there is any."""
        return bool(self.hazards)


def with_aside(danger: Danger, aside: Danger) -> Danger:
    """The danger of a text together with that of what was set aside from it."""
    hazards = tuple(sorted({*danger.hazards, *aside.hazards}))
    return replace(danger, hazards=hazards, aside=aside.hazards)


def score_of(danger: float, worst: float) -> float:
    """Both scores of the encoder as one."""
    return worst + max(danger, DROWNED)


def danger_of(phrases: Sequence[Finding], meaning: Meaning | None, known: Collection[str]) -> Danger:
    """Weigh undenied safety phrases and the encoder's scores. `known`: the hazards that the pack names."""
    if meaning is None:
        return Danger(tuple(sorted({one.group for one in phrases})), tuple(phrases))
    alarmed = score_of(meaning.danger, meaning.worst) >= meaning.alarming
    if not alarmed and max(meaning.danger, meaning.worst) < meaning.thresholds[PASSAGE]:
        first, last = meaning.unread
        phrases = [one for one in phrases if first < one.end and one.start < last]
    if not alarmed:
        return Danger(tuple(sorted({one.group for one in phrases})), tuple(phrases))
    named = {one.group for one in phrases} | _named(meaning, known)
    return Danger(tuple(sorted(named)), tuple(phrases), meaning.where)


def _named(meaning: Meaning, known: Collection[str]) -> set[str]:
    """The hazards that the encoder names; the likeliest one when it is sure of none."""
    shares = {name: share for name, share in meaning.heads.get(_HAZARDS, {}).items() if name in known}
    if not shares:
        return {_UNNAMED if _UNNAMED in known else next(iter(sorted(known)))} if known else set()
    sure = {name for name, share in shares.items() if share >= meaning.thresholds[_HAZARDS]}
    return sure or {max(sorted(shares), key=lambda name: shares[name])}
