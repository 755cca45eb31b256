"""Stand-ins as the processes that they are, and a receiver for what they send."""

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl

from deploy.local.ports import free_ports


class StandIns:
    """`python -m deploy.sandbox NAME=PORT …` on free ports; `kill9` and `start` keep ports and folders."""

    def __init__(
        self, names: Sequence[str], data: Path, *options: str, environment: dict[str, str] | None = None
    ) -> None:
        ports = dict(zip(names, free_ports(len(names)), strict=True))
        words = [f"{name}={port}" for name, port in ports.items()]
        self._command = [sys.executable, "-m", "deploy.sandbox", *words, "--data", str(data), *options]
        self._environment = {**os.environ, **(environment or {})}
        self._process: subprocess.Popen[str] | None = None
        self.urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.kill9()

    def start(self) -> None:
        """Starts them and waits for the line that says they are ready."""
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.PIPE, text=True, env=self._environment
        )
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        assert all(url in said for url in self.urls.values()), said

    def kill9(self) -> None:
        """Ends them as a crash would."""
        assert self._process is not None
        assert self._process.stdout is not None
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()


class StandIn(StandIns):
    """One of them alone."""

    def __init__(
        self, name: str, data: Path, *options: str, environment: dict[str, str] | None = None
    ) -> None:
        super().__init__((name,), data, *options, environment=environment)
        self.url = self.urls[name]


@dataclass(frozen=True)
class Webhook:
    """One call that arrived; `form` is its body when that is a form."""

    path: str
    form: dict[str, str]
    signature: str
    raw: bytes


@dataclass
class Receiver:
    """An HTTP server that answers `status` with `body` and remembers every form."""

    status: int = 200
    body: str = "<Response/>"
    received: list[Webhook] = field(default_factory=list)
    url: str = ""

    def __enter__(self) -> Self:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                raw = self.rfile.read(length)
                form = dict(parse_qsl(raw.decode(), keep_blank_values=True))
                receiver.received.append(Webhook(self.path, form, self.headers["X-Twilio-Signature"], raw))
                self.send_response(receiver.status)
                self.end_headers()
                self.wfile.write(receiver.body.encode())

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
