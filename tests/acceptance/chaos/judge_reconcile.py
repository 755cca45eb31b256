"""The part of the verdict that holds `gateway reconcile` against the independent count."""

from collections.abc import Iterator, Sequence

from tests.acceptance.chaos.evidence import Evidence
from tests.acceptance.chaos.findings import Finding


def reconcile(found: Evidence, silent: Sequence[Finding]) -> Iterator[Finding]:
    """It must say what was counted, and agree unless something is wrong; `silent`: what it must not agree to."""
    told = found.reconcile
    if not told:
        yield Finding("reconcile", -1, 0.0, "said nothing")
        return
    counted = {
        "deliveries": (told["deliveries"], found.books.deliveries),
        "repeated": (told["repeated"], found.books.repeated),
        "opened": (told["outcomes"].get("opened", 0), len(found.books.references)),
        "dead_letters": (told["dead_letters"], len(found.books.dead)),
        "in_flight": (told["in_flight"], 0),
        "spooled": (told["spooled"], 0),
    }
    for what, (its, ours) in counted.items():
        if its != ours:
            yield Finding("reconcile", -1, 0.0, f"{what}: it says {its}, counted {ours}")
    for one in found.books.dead:
        yield Finding("dead letter", -1, 0.0, one)
    gone = found.may_be_lost - found.first().keys()
    gaps = [one for one in told.get("differences", ()) if one["kind"] == "gap"]
    unkept = [one for one in told.get("differences", ()) if one["kind"] == "unkept"]
    excused = [*gaps[: len(found.torn)], *unkept[: len(found.torn)]]
    for one in told.get("differences", ()):
        if one not in excused:
            yield Finding("reconcile", -1, 0.0, f"{one['kind']}: {one['delivery_id']} {one['says']}")
    if len(unkept) < len(gone):
        says = f"{len(gone)} were torn out of the spool, it names {len(unkept)}"
        yield Finding("reconcile silent", -1, 0.0, says)
    if found.said_lost < len(gone):
        says = f"{len(gone)} were torn out of the spool, the door says {found.said_lost}"
        yield Finding("loss not said", -1, 0.0, says)
    if told.get("agrees"):
        for finding in silent:
            yield Finding("reconcile silent", finding.complaint, finding.at, f"agrees, but: {finding.says}")
    elif not told.get("differences"):
        yield Finding("reconcile", -1, 0.0, "does not agree and does not say why")
