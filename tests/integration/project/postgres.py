"""A throw-away PostgreSQL on the loopback interface; None where it is not installed."""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from deploy.local.ports import LOOPBACK, free_ports

_FAST = "-c fsync=off -c full_page_writes=off -c shared_buffers=32MB"


def binaries() -> Path | None:
    """The folder of the newest PostgreSQL that Debian or the PATH offer."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [
        Path(path) for path in (shutil.which("initdb"),) if path
    ]
    return found[-1].resolve().parent if found else None


class Postgres:
    """Runs as nobody when the tests run as root, which the server refuses."""

    def __init__(self) -> None:
        programs = binaries()
        assert programs is not None
        self._programs = programs
        self._user = "nobody" if os.getuid() == 0 else None
        self._home = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        if self._user:
            os.chown(self._home, pwd.getpwnam(self._user).pw_uid, -1)
        self._data = self._home / "data"
        (self.port,) = free_ports(1)
        self._run(
            "initdb",
            "-U",
            "gw",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
            "-D",
            str(self._data),
        )

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"postgresql://gw@{LOOPBACK}:{self.port}/postgres"

    def start(self) -> None:
        """Start and wait until it answers."""
        options = f"-p {self.port} -k {self._home} -c listen_addresses={LOOPBACK} {_FAST}"
        self._run(
            "pg_ctl", "-w", "-D", str(self._data), "-l", str(self._home / "log"), "-o", options, "start"
        )

    def stop(self) -> None:
        """Stop at once; what was committed stays."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "stop")

    def remove(self) -> None:
        """Take the folder away."""
        shutil.rmtree(self._home)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._programs / program, *arguments],
            check=True,
            cwd="/tmp",
            user=self._user,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=30,
        )
