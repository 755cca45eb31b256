"""One IMAP conversation about one folder: blocking, for one thread, dropped at the first sign of trouble.

Nothing here sets \\Seen, and nothing a sender wrote reaches a command line: commands carry only UIDs and the
folder names of the settings. Errors leave as Unavailable (tried again) or Misconfigured (somebody must mend).
"""

import logging
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from imaplib import IMAP4
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, LoginError

from channels.mail.oauth import Tokens
from channels.mail.settings import Mailbox, MailSettings, name
from schemas.errors import Misconfigured, Unavailable

LOG = logging.getLogger(__name__)
ACCEPTED = "$Accepted"
IDLE_SLICE_SECONDS = 0.5
_STORE_AT_ONCE = 500


class _Client(IMAPClient):  # type: ignore[misc]  # the library carries no types
    """IMAPClient that reads what came along with the answer to IDLE before it waits for more.

    The library asks the socket, and what it has already read from there never shows: news that was announced
    in the moment IDLE began would wait until the next look.
    """

    _began = False

    def idle(self) -> None:
        super().idle()
        self._began = True

    def _poll_socket(self, sock: Any, timeout: float | None = None) -> Any:
        began, self._began = self._began, False
        return began or super()._poll_socket(sock, timeout)


class ImapSession:
    """A logged-in connection with the folder selected.

    `keeps_keywords` tells whether the server lets us mark mail with $Accepted for good.
    """

    def __init__(self, client: Any, settings: MailSettings, mailbox: Mailbox) -> None:
        self._client = client
        self._processed = settings.processed_folder
        with talking(mailbox.address):
            selected = client.select_folder(mailbox.folder)
            capabilities = client.capabilities()
            if self._processed and not client.folder_exists(self._processed):
                client.create_folder(self._processed)
        self._address = mailbox.address
        self._idles = settings.idle and b"IDLE" in capabilities
        self._kept = False
        self._moves = b"MOVE" in capabilities
        if self._processed and not {b"MOVE", b"UIDPLUS"} & set(capabilities):
            raise Misconfigured(
                name("processed_folder"), "the server can neither MOVE nor UIDPLUS; leave it empty"
            )
        self.uidvalidity = int(selected[b"UIDVALIDITY"])
        self.uidnext = int(selected.get(b"UIDNEXT", 0)) or self._next_by_search()
        permanent = {flag.decode("ascii", "replace").lower() for flag in selected.get(b"PERMANENTFLAGS", ())}
        self.keeps_keywords = not self._processed and bool({"\\*", ACCEPTED.lower()} & permanent)

    def uids_from(self, lowest: int) -> list[int]:
        """UIDs in the folder from `lowest` on, oldest first."""
        with talking(self._address):
            self._client.noop()
            self._announced()
            found = self._client.search(["UID", f"{lowest}:*"])
        return sorted(uid for uid in found if uid >= lowest)

    def accepted_from(self, lowest: int) -> set[int]:
        """UIDs that carry $Accepted."""
        with talking(self._address):
            return {
                uid
                for uid in self._client.search(["UID", f"{lowest}:*", "KEYWORD", ACCEPTED])
                if uid >= lowest
            }

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """Bytes of each mail as the server says (few are exact); a mail that is gone is left out."""
        with talking(self._address):
            found = self._client.fetch(uids, ["RFC822.SIZE"])
        return {uid: int(items.get(b"RFC822.SIZE", 0)) for uid, items in found.items()}

    def fetch(self, uids: Sequence[int], what: str = "BODY") -> dict[int, dict[bytes, Any]]:
        """`BODY` or `HEADER` of these mails with their INTERNALDATE. Raises IMAP4.error when refused."""
        section = "BODY.PEEK[]" if what == "BODY" else "BODY.PEEK[HEADER]"
        found: dict[int, dict[bytes, Any]] = self._client.fetch(uids, ["INTERNALDATE", section])
        return found

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
        """Mark as taken: keyword, or move to the processed folder. Repeatable; gone mail is no error."""
        with talking(self._address):
            for start in range(0, len(uids), _STORE_AT_ONCE):
                self._accept(list(uids[start : start + _STORE_AT_ONCE]))
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


def open_session(settings: MailSettings, mailbox: Mailbox, tokens: Tokens) -> ImapSession:
    """Connect, secure, log in, select. Raises Unavailable, and Misconfigured naming the setting to mend."""
    client = _connect(settings, mailbox)
    try:
        with talking(mailbox.address):
            if settings.imap_tls == "starttls":
                _secure(client, settings)
            _log_in(client, mailbox, tokens)
        return ImapSession(client, settings, mailbox)
    except BaseException:
        with suppress(IMAP4.error, OSError):
            client.shutdown()
        raise


def _connect(settings: MailSettings, mailbox: Mailbox) -> Any:
    encrypted = settings.imap_tls == "tls"
    with talking(mailbox.address):
        client = _Client(
            settings.imap_host,
            port=settings.imap_port,
            ssl=encrypted,
            ssl_context=settings.tls_context() if encrypted else None,
            timeout=SocketTimeout(settings.connect_seconds, settings.read_seconds),
        )
    client.normalise_times = False  # aware times; the default is local time without a zone
    client._imap.debug = (
        0  # the library would format every mail it reads, several times its size, for a debug log
    )
    return client


def _secure(client: Any, settings: MailSettings) -> None:
    try:
        client.starttls(settings.tls_context())
    except CapabilityError as error:
        raise Misconfigured(name("imap_tls"), f"{settings.imap_host} offers no STARTTLS; try tls") from error


def _log_in(client: Any, mailbox: Mailbox, tokens: Tokens) -> None:
    try:
        if tokens.used:
            client.oauth2_login(mailbox.user, tokens.get())
        else:
            client.login(mailbox.user, mailbox.password.get_secret_value())
    except LoginError as error:
        tokens.forget()
        if "[UNAVAILABLE]" in str(error):  # RFC 5530: a passing trouble of the server's own
            raise Unavailable(f"no login to {mailbox.address} now: {error}") from error
        setting = name("oauth_token" if tokens.used else "imap_password")
        raise Misconfigured(setting, f"the server refuses the login of {mailbox.user}: {error}") from error


@contextmanager
def talking(address: str) -> Iterator[None]:
    """One place that says what an error of the conversation means."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise Misconfigured(
            name("ca_file"),
            f"the certificate of the mail server of {address} is not trusted: {error.verify_message}",
        ) from error
    except CapabilityError as error:
        raise Misconfigured(
            name("imap_tls"), f"the mail server of {address} offers no STARTTLS: {error}"
        ) from error
    except (IMAP4.error, OSError) as error:
        raise Unavailable(f"the mailbox {address}: {str(error) or type(error).__name__}") from error
