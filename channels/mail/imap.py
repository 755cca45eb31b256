"""One IMAP conversation about one folder: blocking, for one thread, dropped at the first sign of trouble.

Nothing here sets \\Seen, and nothing a sender wrote reaches a command line: commands carry only UIDs and the
folder names of the settings. Errors leave as Unavailable (tried again) or Misconfigured (somebody must mend).
"""

import logging
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from imaplib import IMAP4
from typing import Any

from channels.calls import NONSENSE
from channels.mail.client import Client
from channels.mail.settings import Mailbox, MailSettings, name
from channels.mail.troubles import talking
from schemas.errors import Misconfigured, Refused, Unavailable

LOG = logging.getLogger(__name__)
ACCEPTED = "$Accepted"
IDLE_SLICE_SECONDS = 0.5
_STORE_AT_ONCE = 500


class ImapSession:
    """A logged-in connection with the folder selected.

    `keeps_keywords` tells whether the server lets us mark mail with $Accepted for good.
    """

    def __init__(self, client: Client, settings: MailSettings, mailbox: Mailbox) -> None:
        self._client = client
        self._address = mailbox.address
        self._processed = settings.processed_folder
        self.notice = ""
        """What is not as it was asked for, in a sentence; mail is taken in all the same."""
        with talking(mailbox.address):
            selected = self._select(mailbox.folder)
            capabilities = client.capabilities()
            self._moves = b"MOVE" in capabilities
            if self._processed and not {b"MOVE", b"UIDPLUS"} & set(capabilities):
                raise Misconfigured(
                    name("processed_folder"), "the server can neither MOVE nor UIDPLUS; leave it empty"
                )
            if self._processed:
                self._make_processed()
            self._idles = settings.idle and b"IDLE" in capabilities
            self._kept = False
            self.uidvalidity = self._validity(selected, mailbox.folder)
            self.uidnext = _number(selected.get(b"UIDNEXT")) or self._next_by_search()
            permanent = {
                flag.decode("ascii", "replace").lower() for flag in selected.get(b"PERMANENTFLAGS", ())
            }
        writes = not (self._processed or self._read_only)
        self.keeps_keywords = writes and bool({"\\*", ACCEPTED.lower()} & permanent)

    @property
    def moves_away(self) -> bool:
        """Whether taken mail leaves the folder."""
        return bool(self._processed)

    def _select(self, folder: str) -> dict[bytes, Any]:
        self._read_only = False
        try:
            found: dict[bytes, Any] = self._client.select_folder(folder)
        except IMAP4.readonly:
            self._read_only = True
            self._processed = ""
            self.notice = (
                f"{name('folder')}: {folder} of {self._address} is read-only: its mail is taken in by position "
                "alone, neither marked nor moved; give us the right to write, or read another folder"
            )
            found = self._client.select_folder(folder, readonly=True)
        return found

    def _make_processed(self) -> None:
        try:
            if not self._client.folder_exists(self._processed):
                self._client.create_folder(self._processed)
        except IMAP4.abort:
            raise
        except IMAP4.error as error:
            self.notice = f"{name('processed_folder')}: {self._processed} cannot be made: {error}"

    def _validity(self, selected: dict[bytes, Any], folder: str) -> int:
        """Without it no UID means anything tomorrow (RFC 3501, 2.3.1.1): the mailbox waits. Some tell only STATUS."""
        found = _number(selected.get(b"UIDVALIDITY")) or _number(
            self._client.folder_status(folder, ["UIDVALIDITY"]).get(b"UIDVALIDITY")
        )
        if not found:
            raise Unavailable(
                f"the mailbox {self._address}: the server names no UIDVALIDITY for {folder}, so nobody could tell "
                "which mails were taken; it waits until the server does"
            )
        return found

    def uids_from(self, lowest: int) -> list[int]:
        """UIDs in the folder from `lowest` on, oldest first."""
        with talking(self._address):
            self._client.noop()
            self._announced()
            found = self._client.numbers(["UID", f"{lowest}:*"])
        return [uid for uid in found if uid >= lowest]

    def lists(self, uid: int) -> bool:
        """Whether the folder has this mail, as the server says."""
        with talking(self._address):
            return uid in self._client.numbers(["UID", str(uid)])

    def accepted_from(self, lowest: int) -> set[int]:
        """UIDs that carry $Accepted."""
        with talking(self._address):
            return {
                uid
                for uid in self._client.numbers(["UID", f"{lowest}:*", "KEYWORD", ACCEPTED])
                if uid >= lowest
            }

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """Bytes of each mail as the server says (few are exact); one of which it says nothing sensible is left out."""
        with talking(self._address):
            try:
                found = self._client.items(uids, ["RFC822.SIZE"])
            except (*NONSENSE, IMAP4.error) as error:
                if isinstance(error, IMAP4.abort):
                    raise
                return {}
        told = ((one.get(b"UID"), one.get(b"RFC822.SIZE")) for one in found)
        return {uid: size for uid, size in told if isinstance(uid, int) and isinstance(size, int)}

    def fetch(self, uids: Sequence[int], what: str = "BODY") -> dict[int, dict[bytes, Any]]:
        """`BODY` or `HEADER` of these mails with their INTERNALDATE.

        Raises IMAP4.error when refused, or when the answer cannot be read. The one answer to the one mail that was
        asked for is this mail's, also without a UID in it.
        """
        section = b"BODY[]" if what == "BODY" else b"BODY[HEADER]"
        try:
            found = self._client.items(uids, ["INTERNALDATE", section.decode().replace("BODY", "BODY.PEEK")])
        except NONSENSE as error:
            raise IMAP4.error(f"its answer cannot be read ({type(error).__name__}: {error})") from error
        given = {one[b"UID"]: one for one in found if b"UID" in one}
        nameless = [one for one in found if b"UID" not in one and section in one]
        if len(uids) == 1 and not given and len(nameless) == 1:
            return {uids[0]: nameless[0]}
        return given

    def wait(self, seconds: float, interrupted: Callable[[], bool]) -> None:
        """Wait for news: by IDLE where there is, until the time is over or `interrupted()`.

        An empty `idle_check` does not mean that nothing happened (a dead server looks the same), so each wait
        ends with a command that a dead connection cannot answer.
        """
        deadline = time.monotonic() + seconds
        with talking(self._address):
            if self._announced():
                return
            if self._idles:
                self._idle(deadline, interrupted)
            else:
                while time.monotonic() < deadline and not interrupted():
                    time.sleep(IDLE_SLICE_SECONDS)
            self._client.noop()

    def accept(self, uids: Sequence[int]) -> None:
        """Mark as taken: keyword, or move to the processed folder. Repeatable; gone mail is no error.

        Raises Refused when the server says no (over quota, no right) and the conversation may go on.
        """
        with talking(self._address):
            for start in range(0, len(uids), _STORE_AT_ONCE):
                try:
                    self._accept(list(uids[start : start + _STORE_AT_ONCE]))
                except IMAP4.abort:
                    raise
                except IMAP4.error as error:
                    raise Refused(
                        f"{self._address}: taken mail cannot be marked or moved: {error}"
                    ) from error
            if uids and self.keeps_keywords and not self._kept:
                self._check_kept(uids)

    def close(self) -> None:
        """Say goodbye if the other side still listens, and give the socket back."""
        try:
            self._client.logout()
        except (IMAP4.error, OSError):
            with suppress(IMAP4.error, OSError):
                self._client.shutdown()

    def cut(self) -> None:
        """End the connection without a word; from any thread, a waiting call there returns at once."""
        with suppress(OSError):
            self._client.socket().shutdown(socket.SHUT_RDWR)

    def _next_by_search(self) -> int:
        return max(self.uids_from(1), default=0) + 1

    def _announced(self) -> bool:
        """Whether any answer since the last listing carried EXISTS: IDLE will not repeat it."""
        return bool(self._client._imap.response("EXISTS")[1] != [None])

    def _idle(self, deadline: float, interrupted: Callable[[], bool]) -> None:
        self._client.idle()
        said: list[Any] = self._client.idle_check(timeout=0)
        while not said and not interrupted() and (left := deadline - time.monotonic()) > 0:
            started, part = time.monotonic(), min(left, IDLE_SLICE_SECONDS)
            said = self._client.idle_check(timeout=part)
            if time.monotonic() - started < part / 2:
                break
        self._client.idle_done()
        if any(line[0] == b"BYE" for line in said):
            raise IMAP4.abort("the server said BYE")

    def _check_kept(self, uids: Sequence[int]) -> None:
        """Some servers promise to keep keywords and drop them: then they tell nothing."""
        present = set(self.uids_from(min(uids))) & set(uids)
        self._kept = bool(present & self.accepted_from(min(uids)))
        if present and not self._kept:
            LOG.warning("the mail server of %s does not keep the keyword %s", self._address, ACCEPTED)
            self.keeps_keywords = False

    def _accept(self, uids: list[int]) -> None:
        if self._processed and self._moves:
            self._client.move(uids, self._processed)
        elif self._processed:
            self._client.copy(uids, self._processed)
            self._client.delete_messages(uids, silent=True)
            self._client.uid_expunge(uids)
        elif self.keeps_keywords:
            self._client.add_flags(uids, [ACCEPTED], silent=True)


def _number(value: object) -> int:
    """A number as the library hands it over; 0 for anything else."""
    if isinstance(value, bytes) and value.isdigit():
        return int(value)
    return value if isinstance(value, int) else 0
