"""What a run tells: JSON for programs, a table for people."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.acceptance.chaos.judge import Verdict

_SHOWN = 10


@dataclass
class Report:
    """One run. `heard` of `complaints` were confirmed; `faults` by kind, kills by victim as well; `missed` strikes
    met nobody and are none of them."""

    seed: int
    brokers: int
    mutant: str
    complaints: int
    heard: int = 0
    seconds: float = 0.0
    drain_seconds: float = 0.0
    faults: dict[str, int] = field(default_factory=dict)
    missed: int = 0
    trouble: list[str] = field(default_factory=list)
    reconcile: dict[str, object] = field(default_factory=dict)
    verdict: Verdict | None = None

    @property
    def struck(self) -> int:
        """How many faults there were; kills are also counted by victim, which adds none."""
        return sum(self._kinds().values())

    @property
    def clean(self) -> bool:
        """Whether it came to a verdict and that found nothing."""
        return self.verdict is not None and self.verdict.clean

    def write(self, path: Path) -> None:
        """As JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({**asdict(self), "clean": self.clean}, indent=1))

    def table(self) -> str:
        """As lines to read."""
        rows = [
            ("seed", f"{self.seed}, {self.brokers} broker(s){f', mutant {self.mutant}' * bool(self.mutant)}"),
            ("complaints", f"{self.heard} confirmed of {self.complaints}"),
            ("faults", f"{self.struck}: {_named(self._kinds())}; {self.missed} more met nobody"),
            ("killed", _named({n.removeprefix("kill "): c for n, c in self.faults.items() if " " in n})),
            ("time", f"{self.seconds:.0f} s, {self.drain_seconds:.0f} s of it to drain"),
            *[(name.replace("_", " "), _shown(found)) for name, found in self._findings().items()],
            ("verdict", "clean" if self.clean else "VIOLATED"),
        ]
        return "\n".join(f"{name:22} {says}" for name, says in rows)

    def _kinds(self) -> dict[str, int]:
        return {name: count for name, count in self.faults.items() if " " not in name}

    def _findings(self) -> dict[str, list[object]]:
        return asdict(self.verdict) if self.verdict else {"verdict": ["it did not come to one"]}


def _named(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "none"


def _shown(found: list[object]) -> str:
    more = f" … {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return f"{len(found)}" + (f": {', '.join(map(str, found[:_SHOWN]))}{more}" if found else "")
