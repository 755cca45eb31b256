"""One thing that is not as it was promised, with the complaint it happened to and when."""

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """`complaint` is its number, -1 for what concerns none; `at` in seconds since 1970, 0 when nobody knows."""

    kind: str
    complaint: int
    at: float
    says: str

    def line(self) -> str:
        """As a line to read."""
        moment = time.strftime("%H:%M:%S", time.localtime(self.at)) if self.at else "--:--:--"
        about = f" complaint {self.complaint:06d}" if self.complaint >= 0 else ""
        return f"{moment}  {self.kind}{about}: {self.says}"
