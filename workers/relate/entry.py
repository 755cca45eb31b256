"""One text of the window as its table keeps it: a line that says whose it is, then its runs."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Entry:
    """A case's opening text. `campaign` is empty while no text of another person is near."""

    reference: str
    person_key: str
    campaign: str = ""

    def of(self, campaign: str) -> "Entry":
        """The same text as part of a campaign."""
        return replace(self, campaign=campaign)

    def to_bytes(self, runs: bytes) -> bytes:
        """The table's value; `runs` are packed."""
        return f"{self.campaign} {self.person_key} {self.reference}\n".encode() + runs


def read(value: bytes) -> tuple[Entry, bytes]:
    """The entry of a table's value, and its packed runs."""
    line, _, runs = value.partition(b"\n")
    campaign, person_key, reference = line.decode().split(" ", 2)
    return Entry(reference, person_key, campaign), runs


def number_key(number: int) -> bytes:
    """The key of the text with this number; numbers are given in order, from 1."""
    return number.to_bytes(8, "big")
