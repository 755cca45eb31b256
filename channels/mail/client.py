"""The IMAP library, kept from what some servers do: news beside an answer, numbers in pieces, sizes without end."""

import re
from collections.abc import Callable, Sequence
from imaplib import IMAP4
from typing import Any

from imapclient import IMAPClient
from imapclient.response_parser import parse_fetch_response

MOST_BYTES = 256 * 1024 * 1024
"""No mail server takes a larger mail; one that announces it is not believed."""
_COUNTED = frozenset({"EXISTS", "RECENT", "UIDNEXT", "UIDVALIDITY", "HIGHESTMODSEQ"})
_MODSEQ = re.compile(rb"\(MODSEQ \d+\)", re.IGNORECASE)


class Client(IMAPClient):  # type: ignore[misc]  # the library carries no types
    """IMAPClient with answers as they come: `numbers` for SEARCH, `items` for FETCH."""

    _began = False

    def idle(self) -> None:
        """Also remember that it began: the library asks the socket for news, and not what it has read already."""
        super().idle()
        self._began = True

    def _poll_socket(self, sock: Any, timeout: float | None = None) -> Any:
        began, self._began = self._began, False
        return began or super()._poll_socket(sock, timeout)

    def _process_select_response(self, resp: dict[Any, Any]) -> Any:
        """Without the numbers that are none, which the library would end at."""
        return super()._process_select_response(
            {key: value for key, value in resp.items() if _sensible(key, value)}
        )

    def numbers(self, criteria: Sequence[str]) -> list[int]:
        """UIDs that a search finds, from one answer or several. Raises ValueError for what are no numbers."""
        lines = self._raw_command_untagged(b"SEARCH", [word.encode("ascii") for word in criteria])
        words = b" ".join(_MODSEQ.sub(b"", line) for line in lines if line).split()
        return sorted({number for word in words if (number := int(word)) > 0})

    def items(self, uids: Sequence[int], what: Sequence[str]) -> list[dict[bytes, Any]]:
        """What the server gives of these mails: one dict for each answer, with `UID` where it says so."""
        tag = self._imap._command("UID", "FETCH", ",".join(map(str, uids)), f"({' '.join(what)})")
        kind, data = self._imap._command_complete("FETCH", tag)
        self._checkok("fetch", kind, data)
        _, data = self._imap._untagged_response(kind, data, "FETCH")
        return list(parse_fetch_response(data, normalise_times=False, uid_is_key=False).values())

    def bound(self) -> None:
        """Read no literal and no line without end: each ends the connection, which nobody could use afterwards."""
        read, readline = self._imap.read, self._imap.readline
        self._imap.read = lambda size: read(_checked(size))
        self._imap.readline = lambda: _ended(readline)


def _checked(size: int) -> int:
    if not 0 <= size <= MOST_BYTES:
        raise IMAP4.abort(f"the server announces {size} bytes at once")
    return size


def _ended(readline: Callable[[], bytes]) -> bytes:
    try:
        return readline()
    except IMAP4.abort:
        raise
    except IMAP4.error as error:
        raise IMAP4.abort(str(error)) from error


def _sensible(key: object, value: Any) -> bool:
    word = key.decode("ascii", "replace") if isinstance(key, bytes) else str(key)
    return word.upper() not in _COUNTED or bool(value and value[0] and value[0].isdigit())
