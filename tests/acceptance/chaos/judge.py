"""The verdict: plain data in, what was broken out. It knows no gateway, so it can be tried with made-up accidents."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

_WOKE_SECONDS = (-1.0, 4.0)
"""When an SMS counts as written by a worker that woke up: around its waking; the network tells whole seconds."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found. `heard`: numbers a channel confirmed; `opened`: number → (queue, reference) each time;
    `letters`: reference → ids of what reached the customer; `sms_at`: id → when, for the SMS among them;
    `thawed`: when a frozen letters worker woke; `deliveries`, `repeated`: the intake topic; `reconcile`: its JSON;
    `dead`: dead letters in words.
    """

    heard: frozenset[int]
    opened: Mapping[int, Sequence[tuple[str, str]]]
    letters: Mapping[str, set[str]]
    deliveries: int = 0
    repeated: int = 0
    reconcile: Mapping[str, Any] = field(default_factory=dict)
    sms_at: Mapping[str, float] = field(default_factory=dict)
    thawed: Sequence[float] = ()
    dead: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Numbers of complaints, and what reconcile says otherwise than the independent count."""

    lost: list[int]
    opened_twice: list[int]
    merged: list[int]
    unanswered: list[int]
    answered_twice: list[int]
    sms_doubled_by_freeze: list[int]
    disagreements: list[str]

    @property
    def clean(self) -> bool:
        """All kept their promise; an SMS doubled by a freeze is counted, but is none of the gateway's sins."""
        sins = self.lost, self.opened_twice, self.merged, self.unanswered, self.answered_twice
        return not any(sins) and not self.disagreements

    def in_short(self) -> str:
        """How many of each sin."""
        sins = {name: len(found) for name, found in asdict(self).items() if found}
        return (
            ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in sins.items()) or "nothing wrong"
        )


def judge(found: Evidence) -> Verdict:
    """Hold what was found against the promise: each opened in one queue once, each answered once."""
    first = {number: cases[0][1] for number, cases in found.opened.items() if cases}
    answered_twice = [n for n, reference in first.items() if len(found.letters.get(reference, ())) > 1]
    by_freeze = [n for n in answered_twice if _woke_and_wrote(found.letters[first[n]], found)]
    owners: dict[str, int] = {}
    return Verdict(
        lost=sorted(found.heard - first.keys()),
        opened_twice=sorted(n for n, cases in found.opened.items() if len(cases) > 1),
        merged=sorted(n for n, reference in first.items() if owners.setdefault(reference, n) != n),
        unanswered=sorted(n for n, reference in first.items() if not found.letters.get(reference)),
        answered_twice=sorted(set(answered_twice) - set(by_freeze)),
        sms_doubled_by_freeze=sorted(by_freeze),
        disagreements=_disagreements(found, len(first)),
    )


def _woke_and_wrote(ids: set[str], found: Evidence) -> bool:
    """Whether these are two SMS, one of them written by a worker just awake."""
    times = [found.sms_at[one] for one in ids if one in found.sms_at]
    early, late = _WOKE_SECONDS
    return len(times) == len(ids) == 2 and any(
        early <= at - woke <= late for at in times for woke in found.thawed
    )


def _disagreements(found: Evidence, opened: int) -> list[str]:
    told = found.reconcile
    counted = {
        "deliveries": (told.get("deliveries"), found.deliveries),
        "repeated": (told.get("repeated"), found.repeated),
        "opened": (told.get("outcomes", {}).get("opened", 0), opened),
        "dead_letters": (told.get("dead_letters"), 0),
        "in_flight": (told.get("in_flight"), 0),
        "spooled": (told.get("spooled"), 0),
    }
    says = [
        f"{what}: reconcile {its}, counted {ours}" for what, (its, ours) in counted.items() if its != ours
    ]
    differs = [f"{one['kind']}: {one['delivery_id']} {one['says']}" for one in told.get("differences", ())]
    dead = [f"dead letter: {one}" for one in found.dead]
    return says + dead + differs[:20] + ([] if told.get("agrees") else ["reconcile does not agree"])
