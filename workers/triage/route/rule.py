"""First match wins; the decision names the rule, its words, and the version of the rules."""

from schemas import synthetic
from schemas.assessment import Assessment
from schemas.complaint import RoutingDecision
from schemas.message import Message
from schemas.names import PRIORITIES
from workers.triage.route.rules import Conditions, Rules

OWN = RoutingDecision(
    queue=synthetic.QUEUE, rule="synthetic", owner="Operations", because="made by the gateway to test itself"
)
"""Where complaints of the house's own making go, before any rule."""


def route(assessment: Assessment, message: Message, rules: Rules) -> RoutingDecision:
    """Where a case goes, and why."""
    for rule in rules.rules:
        because = matches(rule.when, assessment, message)
        if because is not None:
            return _decision(rules, rule.queue, rule.name, because)
    return _decision(rules, rules.default, "default", "no rule matched")


def matches(when: Conditions, assessment: Assessment, message: Message) -> str | None:
    """The words of the conditions that held, or None when one did not."""
    held = []
    for name, wanted, actual in (
        ("kind", when.kind, assessment.kind),
        ("category", when.category, assessment.category),
        ("channel", when.channel, message.channel),
        ("severity", when.severity, assessment.severity),
        ("language", when.language, assessment.language),
        ("product", when.product, message.form.product if message.form else ""),
    ):
        if wanted:
            if actual not in wanted:
                return None
            held.append(f"{name} is {actual}")
    if when.priority_at_least is not None:
        if PRIORITIES.index(assessment.priority) < PRIORITIES.index(when.priority_at_least):
            return None
        held.append(f"priority is {assessment.priority}")
    for name, flag, value in (
        ("safety", when.safety, assessment.safety.hit),
        ("abstained", when.abstained, assessment.abstained),
    ):
        if flag is not None:
            if flag != value:
                return None
            held.append(f"{name} is {value}".lower())
    return ", ".join(held)


def _decision(rules: Rules, queue: str, rule: str, because: str) -> RoutingDecision:
    to = rules.queues[queue]
    return RoutingDecision(
        queue=queue,
        rule=rule,
        owner=to.owner,
        escalation=to.escalation,
        because=because,
        rules=rules.version,
    )
