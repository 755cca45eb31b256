"""Pinned jars: which files a Java service needs, by exact version and SHA-256, and how they get here.

The lists beside this file (`*.jars`) name every file, so no dependency graph is walked at run time
(walking it took 21 s of 28) and nothing unexpected can run.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from schemas.errors import Misconfigured, Unavailable

LISTS = Path(__file__).parent
PARALLEL_DOWNLOADS = 8
ATTEMPTS = 3
CURE = "check the network, or name a mirror of Maven Central in GATEWAY_MAVEN_REPOSITORY, and run it again"


@dataclass(frozen=True)
class Jar:
    """One file of a Maven repository: coordinates, SHA-256 in hex, size in bytes."""

    group: str
    name: str
    version: str
    sha256: str
    size_bytes: int

    @property
    def file_name(self) -> str:
        return f"{self.name}-{self.version}.jar"


@dataclass(frozen=True)
class JarSet:
    """The jars of one service. The folder's name carries a digest: a new list is a new folder."""

    title: str
    jars: tuple[Jar, ...]

    @property
    def folder(self) -> Path:
        digest = hashlib.sha256("".join(jar.sha256 for jar in self.jars).encode()).hexdigest()[:8]
        return cache_folder() / f"{self.title}-{digest}"

    @property
    def size_bytes(self) -> int:
        return sum(jar.size_bytes for jar in self.jars)


def cache_folder() -> Path:
    """Where fetched files are kept: GATEWAY_CACHE_DIR, else the user's cache folder (XDG)."""
    if own := os.environ.get("GATEWAY_CACHE_DIR"):
        return Path(own).expanduser().resolve()
    home = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(home).expanduser() / "complaints-gateway"


def read_list(title: str) -> JarSet:
    """The pinned list `<title>.jars` beside this file."""
    lines = (LISTS / f"{title}.jars").read_text().splitlines()
    return JarSet(title, tuple(_parse(line) for line in lines if line and not line.startswith("#")))


def fetch(jar_set: JarSet) -> bool:
    """Brings `jar_set` into its folder and returns whether anything had to be done.

    The folder appears under its name only when every file has the right SHA-256; a broken run leaves a
    `.part` folder whose good files the next run keeps.
    Two runs at once wait for each other. Raises Unavailable when the repository cannot be reached.
    """
    folder = jar_set.folder
    with one_at_a_time(folder):
        if folder.exists():
            return False
        part = folder.with_name(folder.name + ".part")
        part.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(PARALLEL_DOWNLOADS) as pool:
            list(pool.map(lambda jar: _bring(jar, part), jar_set.jars))
        shutil.rmtree(part / "repository", ignore_errors=True)
        part.rename(folder)
        return True


def classpath(folder: Path) -> str:
    """The folder's jars in the order a class archive is bound to."""
    return os.pathsep.join(str(path) for path in sorted(folder.glob("*.jar")))


def _parse(line: str) -> Jar:
    coordinates, sha256, size = line.split()
    group, name, version = coordinates.split(":")
    return Jar(group, name, version, sha256, int(size))


def _bring(jar: Jar, folder: Path) -> None:
    target = folder / jar.file_name
    if target.exists() and _sha256(target) == jar.sha256:
        return
    trouble = ""
    for _ in range(ATTEMPTS):
        try:
            found = _download(jar, folder / "repository")
        except OSError as error:  # what requests raises is one, too
            trouble = type(error).__name__
        except RuntimeError:  # jgo's word for a repository without the file
            trouble = "the repository does not have it"
        else:
            if _sha256(found) == jar.sha256:
                found.replace(target)
                return
            found.unlink()
            trouble = "its SHA-256 is not the pinned one"
    raise Unavailable(f"cannot bring {jar.file_name}: {trouble}; {CURE}")


def _download(jar: Jar, repository: Path) -> Path:
    from jgo.maven import MavenContext  # half a second of imports that a second start does not need

    mirror = os.environ.get("GATEWAY_MAVEN_REPOSITORY")
    context = MavenContext(
        repo_cache=repository, remote_repos={"mirror": mirror} if mirror else None, timeout=30
    )
    artifact = context.project(jar.group, jar.name).at_version(jar.version).artifact("", "jar")
    if artifact.cached_path and artifact.cached_path.exists():
        artifact.cached_path.unlink()  # left by an interrupted download: jgo would take it for whole
    return artifact.resolve()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Holds a lock for making `folder`: a second process waits here and then finds it made."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = (folder.parent / f".{folder.name}.lock").open("w")
    except OSError as error:
        raise Misconfigured(
            "GATEWAY_CACHE_DIR", f"cannot write to {folder.parent} ({error.strerror})"
        ) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
