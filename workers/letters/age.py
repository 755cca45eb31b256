"""What may leave the ledger, judged on the bytes: a million entries are looked through at every start."""

import re
from datetime import datetime, timedelta

from workers.letters.ledger import RECIPIENT

_DUE, _ATTEMPTED = b'"state":"due"', b'"state":"attempted"'
_CHANGED = re.compile(rb'"changed_at":"(\d{4}-\d\d-\d\d)')
_SENT = re.compile(rb'"(\d{4}-\d\d-\d\d)T[^"]*"\]')
_NOTHING_ELSE = b'"opted_out":[],"dead_until":{}'
_SYNTHETIC = b'"synthetic":true'
_ROW_DAYS = 2


def may_be_pending(value: bytes) -> bool:
    """False only when the entry is surely finished (as `Wire.to_bytes` writes it)."""
    return _DUE in value or _ATTEMPTED in value


class Age:
    """The day before which a finished letter is forgotten; the row of a recipient who is only counted, and what was
    written to one of the house's own complaints, go after two days."""

    def __init__(self, now: datetime, keep_days: float) -> None:
        self._letters = _day(now - timedelta(days=keep_days))
        self._rows = _day(now - timedelta(days=_ROW_DAYS))

    def is_over(self, key: bytes, value: bytes) -> bool:
        """Whether this record of the ledger says nothing any more that anybody will ask for."""
        if key.startswith(RECIPIENT):
            sent = _SENT.search(value)
            return _NOTHING_ELSE in value and (sent is None or sent[1] < self._rows)
        changed = _CHANGED.search(value)
        oldest = self._rows if _SYNTHETIC in value else self._letters
        return changed is not None and changed[1] < oldest and not may_be_pending(value)


def _day(moment: datetime) -> bytes:
    return moment.date().isoformat().encode()
