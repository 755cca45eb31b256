"""The table by kind and metric, with the bar each of them has to reach."""

from collections import defaultdict
from collections.abc import Iterable

from tests.corpora.checks import Check
from tests.corpora.oddities import ODDITIES

_F1 = {"is_bounce": 0.985, "is_auto_reply": 0.95, "is_list": 0.95}
_BARS = {
    ("email", "handled"): 1.0,
    ("email", "from"): 1.0,
    ("email", "subject"): 0.998,
    ("email", "text"): 0.985,
    ("email", "attachments"): 0.92,
    ("email", "seconds"): 1.0,
    ("reply_text", "visible_text"): 0.78,
    ("reply_text", "seconds"): 1.0,
    ("header_decoding", "value"): 0.98,
    ("autoresponder_headers", "automated"): 0.98,
    ("tnef", "attachments"): 0.98,
}


def bar(kind: str, metric: str) -> float | None:
    """What has to be reached, None where a figure is only shown."""
    if kind == "email" and metric in _F1:
        return _F1[metric]
    if kind.startswith(("webhook_", "signature_", "phone_", "sms_")):
        return 0.98
    return _BARS.get((kind, metric))


def figure(metric: str, checks: list[Check]) -> float:
    """Share that is right, or F1 for a yes-or-no flag."""
    if metric not in _F1:
        return sum(check.passed for check in checks) / len(checks)
    hits = sum(bool(check.expected) and bool(check.found) for check in checks)
    claims = sum(bool(check.found) for check in checks)
    truths = sum(bool(check.expected) for check in checks)
    return 2 * hits / (claims + truths) if claims + truths else 1.0


def table(checks: Iterable[Check]) -> int:
    """Print every metric; 1 when one is under its bar."""
    rows: dict[tuple[str, str], list[Check]] = defaultdict(list)
    for check in checks:
        rows[check.entry.kind, check.metric].append(check)
    missed = 0
    print(f"{'kind':24}{'metric':20}{'right':>7}{'of':>6}{'figure':>9}{'bar':>8}")
    for (kind, metric), found in sorted(rows.items()):
        reached, wanted = figure(metric, found), bar(kind, metric)
        verdict = "" if wanted is None or reached >= wanted else "  MISSED"
        missed += bool(verdict)
        right = sum(check.passed for check in found)
        print(f"{kind:24}{metric:20}{right:7}{len(found):6}{reached:9.4f}{wanted or '':>8}{verdict}")
    _reasons(row for found in rows.values() for row in found)
    return 1 if missed else 0


def _reasons(checks: Iterable[Check]) -> None:
    """What is not met on purpose; of these only the ones that were scored."""
    known = {
        f"{check.entry.kind}/{check.entry.name}" for check in checks if not check.passed
    } & ODDITIES.keys()
    for name in sorted(known):
        print(f"upstream's own: {name}: {ODDITIES[name]}")


def divided(checks: Iterable[Check], by: str) -> None:
    """Right and all, by class or by source."""
    rows: dict[tuple[str, str, str], list[Check]] = defaultdict(list)
    for check in checks:
        group = check.entry.label if by == "class" else check.entry.source
        rows[check.entry.kind, group, check.metric].append(check)
    for (kind, group, metric), found in sorted(rows.items()):
        print(f"{kind:24}{group:34.34}{metric:20}{sum(check.passed for check in found):6} of {len(found)}")
    print()


def failures(checks: Iterable[Check], metric: str) -> None:
    """What was expected and what was read."""
    for check in checks:
        if check.metric == metric and not check.passed:
            print(f"== {check.entry.name} [{check.entry.label}] {check.entry.line.get('note', '')}")
            print(f"   expected {check.expected!r}\n   read     {check.found!r}")
