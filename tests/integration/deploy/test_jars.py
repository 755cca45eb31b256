"""Jars arrive whole and are the pinned ones, or they do not arrive at all."""

import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from deploy.local.jars import Jar, JarSet, classpath, fetch, read_list
from schemas.errors import Unavailable

pytestmark = pytest.mark.timeout(180)
CONTENT = b"not really a jar"


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A Maven repository in a folder, named in the settings, with a cache folder of its own."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("GATEWAY_MAVEN_REPOSITORY", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("GATEWAY_CACHE_DIR", str(tmp_path / "cache"))
    yield folder
    server.shutdown()
    thread.join()
    server.server_close()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


def offer(mirror: Path, name: str, content: bytes = CONTENT) -> Jar:
    place = mirror / "org" / "example" / name / "1.0"
    place.mkdir(parents=True)
    (place / f"{name}-1.0.jar").write_bytes(content)
    return Jar("org.example", name, "1.0", hashlib.sha256(CONTENT).hexdigest(), len(CONTENT))


def test_what_is_in_place_is_not_fetched_again(mirror: Path) -> None:
    wanted = JarSet("two", (offer(mirror, "one"), offer(mirror, "other")))
    assert fetch(wanted)
    assert sorted(path.name for path in wanted.folder.iterdir()) == ["one-1.0.jar", "other-1.0.jar"]
    assert classpath(wanted.folder).endswith("other-1.0.jar")
    assert not fetch(wanted)


def test_another_content_is_refused_and_good_files_are_kept(mirror: Path) -> None:
    good, bad = offer(mirror, "good"), offer(mirror, "bad", b"something else")
    wanted = JarSet("two", (good, bad))
    with pytest.raises(Unavailable, match=r"bad-1.0.jar: its SHA-256 is not the pinned one"):
        fetch(wanted)
    assert not wanted.folder.exists()
    (mirror / "org/example/bad/1.0/bad-1.0.jar").write_bytes(CONTENT)
    (mirror / "org/example/good/1.0/good-1.0.jar").unlink()
    assert fetch(wanted)


def test_an_absent_file_names_the_cure(mirror: Path) -> None:
    jar = offer(mirror, "gone")
    (mirror / "org/example/gone/1.0/gone-1.0.jar").unlink()
    with pytest.raises(Unavailable, match="GATEWAY_MAVEN_REPOSITORY"):
        fetch(JarSet("gone", (jar,)))


@pytest.mark.parametrize(("title", "files"), [("kafka", 46), ("greenmail", 1)])
def test_the_lists_are_complete(title: str, files: int) -> None:
    jars = read_list(title).jars
    assert len({jar.file_name for jar in jars}) == files
    assert all(len(jar.sha256) == 64 and jar.size_bytes for jar in jars)
