"""A small IMAP server (RFC 3501, 2177, 6851) whose every answer a test may bend: `bend(command, answer) -> answer`.

It runs in a thread, speaks plain text on loopback, and keeps one folder of mails.
"""

import re
import socketserver
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

Bend = Callable[[str, bytes], bytes]
"""(the command's name, the whole answer with its tagged line) → what is sent. An empty answer ends the connection."""
_NUMBERS = re.compile(rb"(\d+)(?::(\d+|\*))?")
_LITERAL = re.compile(rb"\{(\d+)(\+?)\}\r\n$")
DATE = b"02-Dec-2026 10:00:00 +0000"


@dataclass
class Mail:
    """One mail of the folder."""

    uid: int
    raw: bytes
    flags: set[bytes] = field(default_factory=set)
    date: bytes = DATE


class ImapServer:
    """`mails` is the folder, `moved` what was moved away, `said` every command that came (without literals)."""

    def __init__(self, bend: Bend = lambda command, answer: answer, **more: Any) -> None:
        self.bend = bend
        self.capabilities: bytes = more.get("capabilities", b"IMAP4rev1 MOVE UIDPLUS AUTH=PLAIN")
        self.user, self.password = more.get("user", "complaints"), more.get("password", "secret")
        self.permanent: bytes = more.get("permanent", b"(\\Answered \\Seen \\*)")
        self.read_only: bool = more.get("read_only", False)
        self.mails: list[Mail] = []
        self.moved: list[Mail] = []
        self.said: list[str] = []
        self.connections = 0
        self._uid = 0
        self._lock = threading.Lock()

    def put(self, *raws: bytes) -> None:
        """Mails arrive."""
        with self._lock:
            for raw in raws:
                self._uid += 1
                self.mails.append(Mail(self._uid, raw))

    def __enter__(self) -> Self:
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                outer.connections += 1
                _Talk(outer, self.rfile, self.wfile).run()

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address, daemon_threads, block_on_close = True, True, False

            def handle_error(self, request: Any, client_address: Any) -> None:
                """A client that hung up is no news."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Talk:
    """One connection."""

    def __init__(self, server: ImapServer, reads: Any, writes: Any) -> None:
        self._server, self._reads, self._writes = server, reads, writes

    def run(self) -> None:
        if not self._send("greeting", b"* OK ready\r\n"):
            return
        while line := self._line():
            tag, _, rest = line.partition(b" ")
            words = rest.split(b" ", 2)
            name = words[0].upper().decode("ascii", "replace")
            if name == "UID" and len(words) > 1:
                name, rest = f"UID {words[1].upper().decode()}", b" ".join(words[2:])
            else:
                rest = b" ".join(words[1:])
            self._server.said.append(f"{name} {rest.decode('utf-8', 'replace')}".strip())
            answer = self._answer(tag, name, rest.strip())
            if not self._send(name, answer) or name == "LOGOUT":
                return

    def _line(self) -> bytes:
        """A command with its literals in place."""
        line: bytes = self._reads.readline()
        while found := _LITERAL.search(line):
            if not found[2]:
                self._writes.write(b"+ go on\r\n")
            line = line[: found.start()] + self._reads.read(int(found[1])) + self._reads.readline()
        return line.rstrip(b"\r\n")

    def _send(self, name: str, answer: bytes) -> bool:
        bent = self._server.bend(name, answer)
        self._writes.write(bent)
        return bool(bent)

    def _answer(self, tag: bytes, name: str, rest: bytes) -> bytes:
        method = getattr(self, "_" + name.lower().replace(" ", "_"), None)
        untagged, said = method(rest) if method else (b"", b"OK done")
        return bytes(untagged) + tag + b" " + bytes(said) + b"\r\n"

    def _capability(self, rest: bytes) -> tuple[bytes, bytes]:
        return b"* CAPABILITY " + self._server.capabilities + b"\r\n", b"OK done"

    def _login(self, rest: bytes) -> tuple[bytes, bytes]:
        wanted = {
            f'"{self._server.user}" "{self._server.password}"'.encode(),
            f'{self._server.user} "{self._server.password}"'.encode(),
        }
        return b"", b"OK in" if rest in wanted else b"NO [AUTHENTICATIONFAILED] wrong"

    def _authenticate(self, rest: bytes) -> tuple[bytes, bytes]:
        import base64

        self._writes.write(b"+ \r\n")
        given = base64.b64decode(self._reads.readline())
        wanted = f"\0{self._server.user}\0{self._server.password}".encode()
        return b"", b"OK in" if given == wanted else b"NO [AUTHENTICATIONFAILED] wrong"

    def _select(self, rest: bytes) -> tuple[bytes, bytes]:
        server = self._server
        following = max((mail.uid for mail in server.mails), default=server._uid) + 1
        untagged = (
            b"* FLAGS (\\Answered \\Seen)\r\n* %d EXISTS\r\n* 0 RECENT\r\n"
            b"* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT %d] ok\r\n* OK [PERMANENTFLAGS %s] ok\r\n"
        ) % (len(server.mails), following, server.permanent)
        return untagged, b"OK [READ-ONLY] selected" if server.read_only else b"OK [READ-WRITE] selected"

    def _status(self, rest: bytes) -> tuple[bytes, bytes]:
        return b'* STATUS "INBOX" (UIDVALIDITY 7)\r\n', b"OK done"

    def _list(self, rest: bytes) -> tuple[bytes, bytes]:
        return b'* LIST () "/" Processed\r\n', b"OK done"

    def _idle(self, rest: bytes) -> tuple[bytes, bytes]:
        self._writes.write(b"+ idling\r\n")
        self._reads.readline()
        return b"", b"OK done"

    def _uid_search(self, rest: bytes) -> tuple[bytes, bytes]:
        found = self._chosen(rest.split(b" ")[1])
        if b"KEYWORD" in rest:
            word = rest.split(b" ")[-1].strip(b'"')
            found = [mail for mail in found if word in mail.flags]
        return b"* SEARCH " + b" ".join(b"%d" % mail.uid for mail in found) + b"\r\n", b"OK done"

    def _uid_fetch(self, rest: bytes) -> tuple[bytes, bytes]:
        lines = []
        for mail in self._chosen(rest.split(b" ")[0]):
            items = [b"UID %d" % mail.uid]
            if b"RFC822.SIZE" in rest:
                items.append(b"RFC822.SIZE %d" % len(mail.raw))
            if b"INTERNALDATE" in rest:
                items.append(b'INTERNALDATE "%s"' % mail.date)
            if b"BODY.PEEK[]" in rest:
                items.append(b"BODY[] {%d}\r\n%s" % (len(mail.raw), mail.raw))
            if b"BODY.PEEK[HEADER]" in rest:
                head = mail.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
                items.append(b"BODY[HEADER] {%d}\r\n%s" % (len(head), head))
            number = self._server.mails.index(mail) + 1
            lines.append(b"* %d FETCH (%s)\r\n" % (number, b" ".join(items)))
        return b"".join(lines), b"OK done"

    def _uid_store(self, rest: bytes) -> tuple[bytes, bytes]:
        if self._server.read_only:
            return b"", b"NO [READ-ONLY] not here"
        for mail in self._chosen(rest.split(b" ")[0]):
            mail.flags.update(re.findall(rb"\$?\\?\w+", rest.partition(b"(")[2]))
        return b"", b"OK done"

    def _uid_move(self, rest: bytes) -> tuple[bytes, bytes]:
        if self._server.read_only:
            return b"", b"NO [READ-ONLY] not here"
        for mail in self._chosen(rest.split(b" ")[0]):
            self._server.moved.append(mail)
            self._server.mails.remove(mail)
        return b"", b"OK done"

    def _chosen(self, numbers: bytes) -> list[Mail]:
        """Mails by a set of UIDs; `n:*` always names the last one (RFC 3501, 6.4.8)."""
        last = max((mail.uid for mail in self._server.mails), default=0)
        wanted: set[int] = set()
        for one in numbers.split(b","):
            found = _NUMBERS.fullmatch(one)
            if found is None:
                continue
            low = int(found[1])
            high = last if found[2] == b"*" else int(found[2] or low)
            wanted.update(range(min(low, high), max(low, high) + 1))
        return [mail for mail in self._server.mails if mail.uid in wanted]
