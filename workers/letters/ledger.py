"""What the ledger holds: one entry for each letter, one row for each recipient."""

from datetime import datetime, timedelta

from pydantic import Field

from schemas.letter import Letter, LetterDue, LetterKind, LetterState, LetterStatus
from schemas.names import ChannelName
from schemas.wire import Moment, Wire
from workers.runtime.contract import Table, Tables

LEDGER = "ledger"
PENDING: frozenset[LetterState] = frozenset({"due", "attempted"})
RECIPIENT = b"recipient/"
_HOUR = timedelta(hours=1)


class Entry(Wire):
    """One letter. `home` is the person key of its case, `recipient` that of the address it goes to.

    `letter` (the rendering) is kept until the provider took it, `due` as long as a fallback may need it.
    `in_doubt`: an attempt ended without an answer, so the provider is asked before anything is sent again.
    """

    letter_id: str
    kind: LetterKind
    reference: str
    home: str
    recipient: str
    channel: ChannelName
    state: LetterState
    reason: str = ""
    provider_id: str = ""
    attempts: int = 0
    since: Moment
    changed_at: Moment
    received_at: Moment
    template: str = ""
    sha256: str = ""
    synthetic: bool = False
    due: LetterDue | None = None
    letter: Letter | None = None
    lease_until: Moment | None = None
    next_attempt_at: Moment | None = None
    in_doubt: bool = False

    @property
    def pending(self) -> bool:
        """Whether something is still to be sent."""
        return self.state in PENDING

    def status(self) -> LetterStatus:
        """What triage and the case view are told."""
        return LetterStatus(
            letter_id=self.letter_id,
            kind=self.kind,
            reference=self.reference,
            person_key=self.home,
            channel=self.channel,
            state=self.state,
            provider_id=self.provider_id,
            reason=self.reason,
            attempts=self.attempts,
            at=self.changed_at,
            received_at=self.received_at,
            template=self.template,
            sha256=self.sha256,
            synthetic=self.synthetic,
        )


class Recipient(Wire):
    """What is known of one mailbox or number: letters of the last hour, what it does not want, where it is dead.

    `of_day` counts the letters of `day` (UTC). The row of a country counts only those; its `sent_at` is the last one.
    """

    sent_at: list[Moment] = Field(default_factory=list)
    opted_out: list[ChannelName] = Field(default_factory=list)
    dead_until: dict[ChannelName, Moment] = Field(default_factory=dict)
    day: str = ""
    of_day: int = 0

    def today(self, now: datetime) -> int:
        """How many letters went there on this day (UTC)."""
        return self.of_day if self.day == now.date().isoformat() else 0

    def last_hour(self, now: datetime) -> list[Moment]:
        """When letters went there within the hour before `now`."""
        return [moment for moment in self.sent_at if now - moment < _HOUR]


def table(topic: str) -> Table:
    """The only table of the letters stage."""
    return Table(LEDGER, topic)


def entry_of(tables: Tables, letter_id: str) -> Entry | None:
    """The letter with this id."""
    value = tables.get(LEDGER, letter_id.encode())
    return None if value is None else Entry.from_bytes(value)


def recipient_of(tables: Tables, key: str) -> Recipient:
    """The row of a recipient, empty for a new one."""
    value = tables.get(LEDGER, recipient_key(key))
    return Recipient() if value is None else Recipient.from_bytes(value)


def country_row(code: str) -> str:
    """The name of the row that counts letters to the numbers of a country."""
    return f"country/{code}"


def recipient_key(key: str) -> bytes:
    """The ledger key of a recipient's row."""
    return RECIPIENT + key.encode()


def read_entry(key: bytes, value: bytes | None) -> Entry | None:
    """The letter behind a ledger record; None for rows of recipients and for what was deleted."""
    return None if value is None or key.startswith(RECIPIENT) else Entry.from_bytes(value)
