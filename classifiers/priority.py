"""How much a complaint matters: the five values of ISO 10002, clause 7.5, from plain signals.

| Value | Raised by |
|---|---|
| severity | a hazard, as its pack says; a vulnerable person under pressure; else the model; else cues |
| complexity | several problem types, courts or regulators, many people, a long text |
| impact | a hazard or many people (high); a vulnerable person, a large sum, a repeated failure (medium) |
| immediate action | a hazard of urgent priority; a vulnerable person with a deadline |
| priority | the highest of those below; low for praise and the like, else normal; unknown is not harmless |

A priority of `high` needs one of: a vulnerable person with a date, a loss or a repeat; severity high and a rule that
agrees; a large sum and a date; the third repeat; many people, as the text says or as a campaign of twenty shows. A
hazard brings its own priority.

Nothing in a text lowers a priority: there are no words for "not urgent" here. The model's severity alone makes
`high` at most, and only together with a rule.
"""

from dataclasses import dataclass

from schemas.names import PRIORITIES, ComplaintKind, Priority, Severity

LARGE_SUM = 5_000
"""In whole units of whatever currency is named."""
MANY_REPEATS = 3
LARGE_CAMPAIGN = 20
"""People who complain of the same: a failure that reaches many, whatever each of them thinks of it."""
RULES = "priority-rules-2"
LONG_TEXT = 4_000
_LOW_KINDS = frozenset({"praise", "enquiry", "spam", "automatic", "other"})
_LEVELS: tuple[Severity, ...] = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Signals:
    """What rules, model and context say of one complaint. All default to nothing known."""

    kind: ComplaintKind = "complaint"
    hazard_priority: Priority | None = None
    hazard_severity: Severity | None = None
    model_severity: Severity | None = None
    """None where the model abstains."""
    vulnerable: bool = False
    deadline: bool = False
    legal: bool = False
    many_people: bool = False
    repeated: bool = False
    """The text says that it is not the first time."""
    largest_sum: float = 0.0
    money_lost: bool = False
    problem_types: int = 1
    characters: int = 0
    repeat_count: int = 0
    """Earlier complaints of the same person about the same, as the case knows; 0 when unknown."""
    unread: bool = False
    """Nobody knows what it says: nothing spoke for any kind."""
    campaign_size: int = 0
    """People who report the same thing, as known later; never inside the transaction that opens the case."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The five values, and the names of the rules that set them."""

    priority: Priority
    severity: Severity
    complexity: Severity
    impact: Severity
    immediate_action: bool
    because: tuple[str, ...]


def judge(signals: Signals) -> Judgement:
    """Priority, severity, complexity, impact and immediate action; deterministic, without clock or state."""
    because: list[str] = []
    severity = _severity(signals)
    priority = _priority(signals, severity, because)
    immediate = signals.hazard_priority == "urgent" or (signals.vulnerable and signals.deadline)
    return Judgement(priority, severity, _complexity(signals), _impact(signals), immediate, tuple(because))


def _many_report(signals: Signals) -> bool:
    """Only of complaints: praise and advertisements come in crowds too."""
    enough = 1 if signals.many_people else LARGE_CAMPAIGN
    return signals.kind == "complaint" and signals.campaign_size >= enough


def _large(signals: Signals) -> bool:
    return signals.largest_sum >= LARGE_SUM and signals.money_lost


def _severity(signals: Signals) -> Severity:
    if signals.kind == "praise" and signals.model_severity is None:
        return signals.hazard_severity or "low"
    firm = max(
        _LEVELS.index(signals.hazard_severity or "low"),
        2 if signals.vulnerable and (signals.deadline or signals.money_lost) else 0,
    )
    soft = 1 if signals.vulnerable or _large(signals) or signals.repeated or signals.legal else 0
    return _LEVELS[
        max(firm, soft if signals.model_severity is None else _LEVELS.index(signals.model_severity))
    ]


def _priority(signals: Signals, severity: Severity, because: list[str]) -> Priority:
    default = "not understood: to be read today" if signals.unread else "the default for a complaint"
    found: list[tuple[Priority, str]] = [("normal", default)]
    if signals.hazard_priority is not None:
        found.append((signals.hazard_priority, "danger to people"))
    if signals.vulnerable and (signals.deadline or signals.money_lost or signals.repeated):
        found.append(("high", "a vulnerable person under pressure"))
    if severity == "high" and (signals.repeated or signals.deadline or signals.legal):
        found.append(("high", "severe, and a rule agrees"))
    if _large(signals) and signals.deadline:
        found.append(("high", "a large sum and a date"))
    if signals.repeat_count >= MANY_REPEATS:
        found.append(("high", "complained of before"))
    if _many_report(signals):
        found.append(("high", "many people report it"))
    highest = max(PRIORITIES.index(level) for level, _ in found)
    if PRIORITIES[highest] == "normal" and signals.kind in _LOW_KINDS and not signals.unread:
        because.append(f"{signals.kind}, not a complaint")
        return "low"
    because.extend(reason for level, reason in found if PRIORITIES.index(level) == highest)
    return PRIORITIES[highest]


def _complexity(signals: Signals) -> Severity:
    points = (
        (signals.problem_types > 2) + signals.legal + signals.many_people + (signals.characters > LONG_TEXT)
    )
    return _LEVELS[min(points, 2)]


def _impact(signals: Signals) -> Severity:
    if signals.hazard_priority is not None or signals.many_people or signals.campaign_size > 0:
        return "high"
    return "medium" if signals.vulnerable or _large(signals) or signals.repeated else "low"
