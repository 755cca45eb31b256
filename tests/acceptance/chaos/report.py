"""What a run tells: JSON for programs, a table for people."""

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.acceptance.chaos.casework import CaseSystem
from tests.acceptance.chaos.crowd import Crowd
from tests.acceptance.chaos.faults import Faults
from tests.acceptance.chaos.findings import Finding
from tests.acceptance.chaos.judge import Verdict

_SHOWN = 40


@dataclass
class Report:
    """One run. `heard` of `complaints` were confirmed; `faults` by kind, `killed` by victim; `missed` strikes met
    nobody and are none of them; `not_struck`: kinds that this machine cannot have, and why; `settled` letters nobody
    could tell about; `trouble` of the run itself, not of the house."""

    seed: int
    brokers: int
    mutant: str
    complaints: int
    heard: int = 0
    repeated: int = 0
    redelivered: int = 0
    replied: int = 0
    outcomes: int = 0
    settled: int = 0
    seconds: float = 0.0
    drain_seconds: float = 0.0
    faults: dict[str, int] = field(default_factory=dict)
    killed: dict[str, int] = field(default_factory=dict)
    missed: int = 0
    not_struck: dict[str, str] = field(default_factory=dict)
    trouble: list[str] = field(default_factory=list)
    verdict: Verdict | None = None

    def note(self, crowd: Crowd, cases: CaseSystem, faults: Faults) -> None:
        """What was said and struck."""
        self.heard, self.repeated, self.replied = len(crowd.heard), len(crowd.repeated), len(crowd.replied)
        self.redelivered, self.outcomes = crowd.redelivered, len(cases.said)
        self.faults, self.missed = faults.kinds, faults.missed
        self.killed = {
            name.removeprefix("kill "): n for name, n in faults.done.items() if name.startswith("kill ")
        }
        self.not_struck, self.trouble = faults.not_struck, faults.trouble

    @property
    def struck(self) -> int:
        """How many faults there were."""
        return sum(self.faults.values())

    @property
    def clean(self) -> bool:
        """Whether it came to a verdict and that found nothing."""
        return self.verdict is not None and self.verdict.clean

    @property
    def kinds(self) -> Counter[str]:
        """How many findings of each kind."""
        return Counter(one.kind for one in self.verdict.findings) if self.verdict else Counter()

    def write(self, path: Path) -> None:
        """As JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({**asdict(self), "clean": self.clean}, indent=1))

    def table(self) -> str:
        """As lines to read: the numbers, then every finding with its complaint and time."""
        rows = [
            ("seed", f"{self.seed}, {self.brokers} broker(s){f', mutant {self.mutant}' * bool(self.mutant)}"),
            ("complaints", f"{self.heard} confirmed of {self.complaints}"),
            ("also", f"{self.repeated} said again, {self.redelivered} delivered again, {self.replied} replies, "
             f"{self.outcomes} outcomes, {self.settled} letters settled by a person"),
            ("faults", f"{self.struck}: {_named(self.faults)}; {self.missed} more met nobody"),
            ("killed", _named(self.killed)),
            *[("not struck", f"{kind}: {why}") for kind, why in self.not_struck.items()],
            *[("trouble", one) for one in self.trouble],
            ("time", f"{self.seconds:.0f} s, {self.drain_seconds:.0f} s of it to drain"),
            ("excused", _named(Counter(one.kind for one in self.verdict.excused) if self.verdict else {})),
            ("findings", _named(self.kinds)),
            ("verdict", "clean" if self.clean else "VIOLATED" if self.verdict else "it did not come to one"),
        ]  # fmt: skip
        found = self.verdict or Verdict([], [])
        return "\n".join(
            [f"{name:12} {says}" for name, says in rows]
            + _lines(found.findings)
            + _lines(found.excused, "excused: ")
        )


def _named(counts: dict[str, int] | Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "none"


def _lines(found: list[Finding], before: str = "") -> list[str]:
    more = [f"  … {len(found) - _SHOWN} more, all in the report"] if len(found) > _SHOWN else []
    return [f"  {before}{one.line()}" for one in found[:_SHOWN]] + more
