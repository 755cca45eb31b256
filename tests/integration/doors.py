"""A channel's door behind a real HTTP server, and letters to send: the two ends of every channel's round trip."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

import httpx

from channels.contract import Door, Inbound, PushRequest, Replier, Sent
from schemas.errors import Untrusted
from schemas.letter import Letter
from schemas.message import ReplyRoute

REFERENCE = "7K3M-9QXT-A1B2C"


class DoorServer:
    """Answers every request as `door` says and keeps what it let in; `build` makes the door for the public URL."""

    def __init__(self, build: Callable[[str], Door]) -> None:
        self.inbounds: list[Inbound] = []
        self.refused: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                url = outer.public_url + self.path
                request = PushRequest(self.command, url, dict(self.headers), body, datetime.now(UTC))
                try:
                    verified = outer.door.verify(request)
                except Untrusted as error:
                    outer.refused.append(str(error))
                    self.send_response(403)
                    self.end_headers()
                    return
                outer.inbounds += verified.deliveries
                self.send_response(verified.answer.status)
                self.send_header("Content-Type", verified.answer.media_type)
                self.end_headers()
                self.wfile.write(verified.answer.body)

            def do_GET(self) -> None:
                self.do_POST()

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self.public_url = f"http://127.0.0.1:{self._server.server_port}"
        self.door = build(self.public_url)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def wait_for(self, count: int) -> list[Inbound]:
        """What came in, once there are `count` of them."""
        deadline = time.monotonic() + 10
        while len(self.inbounds) < count:
            assert time.monotonic() < deadline, f"{len(self.inbounds)} of {count}; refused: {self.refused}"
            time.sleep(0.02)
        return self.inbounds


async def after_doubt(replier: Replier, letter: Letter) -> Sent:
    """What the letters stage does after an unclear end: ask, and send only what is not there."""
    return await replier.find(letter) or await replier.reply(letter)


def plan_fault(stand_in: str, **fault: object) -> None:
    """The stand-in's next answers fail as `fault` says (see deploy/sandbox)."""
    httpx.post(f"{stand_in}/_sandbox/faults", json=fault).raise_for_status()


def letter(route: ReplyRoute, text: str = "", letter_id: str = "0123456789abcdef01234567") -> Letter:
    """An acknowledgement on `route`."""
    return Letter(
        letter_id=letter_id,
        kind="acknowledgement",
        reference=REFERENCE,
        channel=route.channel,
        route=route,
        language="en",
        text=text or f"We have your complaint. Your reference is {REFERENCE}.",
        key="00112233445566778899aabbccddeeff",
        created_at=datetime.now(UTC),
    )
