"""A provider's media server: answers by path, and remembers what it was asked."""

import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import unquote

PICTURE = bytes(range(256)) * 40


class MediaServer:
    """`/picture`, `/redirect/N/TARGET`, `/status/N`, `/long`, `/endless`, `/slow`, `/packed`, `/page`."""

    def __init__(self, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.down = False
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer.asked.append((self.path, {key.lower(): value for key, value in self.headers.items()}))
                name, _, rest = self.path.removeprefix("/").partition("/")
                if outer.down:
                    self.answer(503, b"away")
                    return
                getattr(self, f"_{name.partition('?')[0]}", self._nothing)(rest)

            def _nothing(self, rest: str) -> None:
                self.answer(404, b"nothing here")

            def _picture(self, rest: str) -> None:
                self.answer(200, PICTURE, content_type="image/png")

            def _page(self, rest: str) -> None:
                self.answer(200, b"<h1>log in</h1>", content_type="text/html; charset=utf-8")

            def _packed(self, rest: str) -> None:
                self.answer(200, b"\x1f\x8b", content_encoding="gzip")

            def _status(self, rest: str) -> None:
                self.answer(int(rest), b"", retry_after="7")

            def _redirect(self, rest: str) -> None:
                left, _, target = rest.partition("/")
                again = f"/redirect/{int(left) - 1}/{target}"
                self.answer(302, b"", location=again if int(left) > 1 else unquote(target))

            def _long(self, rest: str) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(10**12))
                self.end_headers()

            def _endless(self, rest: str) -> None:
                self.drip(b"x" * 65536, 0.0)

            def _slow(self, rest: str) -> None:
                self.drip(b"x", 0.2)

            def drip(self, piece: bytes, pause: float) -> None:
                self.send_response(200)
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                try:
                    while True:
                        self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                        time.sleep(pause)
                except OSError:
                    self.close_connection = True

            def answer(self, status: int, body: bytes, **headers: str) -> None:
                self.send_response(status)
                for key, value in headers.items():
                    self.send_header(key.replace("_", "-"), value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer((host, 0), Handler)
        self._server.daemon_threads = True
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def wait_asked(self, count: int, seconds: float = 30) -> None:
        """Until so many requests have come."""
        deadline = time.monotonic() + seconds
        while len(self.asked) < count:
            assert time.monotonic() < deadline, f"{len(self.asked)} of {count} requests within {seconds} s"
            time.sleep(0.02)
