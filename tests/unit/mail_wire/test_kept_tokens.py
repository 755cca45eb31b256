"""A refresh token that the server changes is kept before it is used: a restart at any moment finds the mailbox open."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as some

from channels.keeping import Keep, Kept, seal, unseal
from channels.mail.oauth import Tokens
from channels.mail.settings import MailSettings
from schemas.errors import Misconfigured, Unavailable

SECRET = b"secret of the house, 32 bytes ..."


class Rotating:
    """A token server that takes each refresh token once, and gives another with every answer."""

    def __init__(self) -> None:
        self.good, self.count, self.life = "refresh-0", 0, 3600

    def answer(self, form: dict[str, list[str]]) -> tuple[int, object]:
        if form["refresh_token"] != [self.good]:
            return 400, {"error": "invalid_grant"}
        self.count += 1
        self.good = f"refresh-{self.count}"
        return 200, {
            "access_token": f"access-{self.count}",
            "refresh_token": self.good,
            "expires_in": self.life,
        }


@contextmanager
def running(server: Rotating) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            status, body = server.answer(form)
            raw = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_port}/token"
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


def tokens_of(url: str, folder: Path | None, refresh: str = "refresh-0") -> Tokens:
    """A process that starts."""
    settings = MailSettings.model_validate(
        {
            "imap_host": "imap.example.org",
            "imap_user": "complaints@example.org",
            "oauth_refresh_token": refresh,
            "oauth_token_url": url,
        }
    )
    return Tokens(settings, settings.every_mailbox()[0], Keep(folder, SECRET))


def test_every_restart_goes_on_with_the_token_that_is_good_now(tmp_path: Path) -> None:
    server = Rotating()
    server.life = 1
    with running(server) as url:
        for number in range(1, 5):
            assert tokens_of(url, tmp_path).get() == f"access-{number}"


def test_a_kill_between_the_answer_and_its_use_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """kill -9: nothing after it runs."""

    write = Kept.write

    def killed(self: Kept, value: bytes) -> None:
        write(self, value)
        raise Killed

    server = Rotating()
    with running(server) as url:
        with monkeypatch.context() as patched:
            patched.setattr(Kept, "write", killed)
            with pytest.raises(Killed):
                tokens_of(url, tmp_path).get()
        restarted = tokens_of(url, tmp_path)
        assert restarted.get() == "access-1"
        restarted.forget()
        assert restarted.get() == "access-2"


def test_nothing_of_an_answer_is_used_that_could_not_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Rotating()
    with running(server) as url:
        tokens = tokens_of(url, tmp_path)
        with monkeypatch.context() as patched:
            patched.setattr("os.fsync", _full)
            with pytest.raises(Unavailable, match="No space left"):
                tokens.get()
        assert tokens.get() == "access-2", "the process itself still knows the good one"


def _full(descriptor: int) -> None:
    raise OSError(28, "No space left on device")


def test_processes_of_one_house_share_a_token_and_do_not_renew_behind_each_other(tmp_path: Path) -> None:
    server, got = Rotating(), list[str]()
    with running(server) as url:
        every = [
            threading.Thread(target=lambda: got.append(tokens_of(url, tmp_path).get())) for _ in range(8)
        ]
        for thread in every:
            thread.start()
        for thread in every:
            thread.join()
    assert got == ["access-1"] * 8
    assert server.count == 1


def test_a_token_that_the_mail_server_refused_is_not_taken_over_again(tmp_path: Path) -> None:
    server = Rotating()
    with running(server) as url:
        tokens = tokens_of(url, tmp_path)
        assert tokens.get() == "access-1"
        tokens.forget()
        assert tokens.get() == "access-2"


def test_who_signs_in_anew_is_believed_over_what_was_kept(tmp_path: Path) -> None:
    server = Rotating()
    with running(server) as url:
        assert tokens_of(url, tmp_path).get() == "access-1"
        server.good = "signed-in-anew"
        assert tokens_of(url, tmp_path, "signed-in-anew").get() == "access-2"


@pytest.mark.parametrize("damage", [b"", b"x", b"\0" * 100])
def test_a_damaged_file_is_as_none(tmp_path: Path, damage: bytes) -> None:
    server = Rotating()
    with running(server) as url:
        tokens_of(url, tmp_path).get()
        (path,) = [path for path in tmp_path.iterdir() if not path.suffix]
        path.write_bytes(damage)
        with pytest.raises(Misconfigured, match="sign in again"):
            tokens_of(url, tmp_path).get()


def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    server = Rotating()
    with running(server) as url:
        tokens_of(url, tmp_path).get()
    files = [path for path in tmp_path.iterdir() if path.is_file()]
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)
    assert not any(b"refresh" in path.read_bytes() or b"access" in path.read_bytes() for path in files)


@given(value=some.binary(max_size=300), nonce=some.binary(min_size=16, max_size=16), at=some.integers(0, 400))
def test_a_seal_opens_only_with_its_key_and_unchanged(value: bytes, nonce: bytes, at: int) -> None:
    sealed = seal(b"key", value, nonce)
    assert unseal(b"key", sealed) == value
    assert unseal(b"another", sealed) == b""
    place = at % len(sealed)
    assert unseal(b"key", sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]) == b""
    assert unseal(b"key", sealed[:place]) == b""
