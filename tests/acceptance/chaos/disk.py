"""A small disk of its own for the data folder, so that it can be full; needs root, and loop devices."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

MEGABYTES = 2000
_BALLAST = "ballast"


class NotStruck(Exception):
    """A fault that cannot be struck on this machine, and why."""


class Disk:
    """An ext4 file system in a file, mounted on `place` while the block is open; `why` says why it is not."""

    def __init__(self, image: Path, place: Path) -> None:
        self._image, self._place = image, place
        self.why = "the data folder has no disk of its own"

    def __enter__(self) -> "Disk":
        self._place.mkdir(parents=True, exist_ok=True)
        self.why = self._mount()
        return self

    def __exit__(self, *_: object) -> None:
        if not self.why:
            subprocess.run(["umount", "-l", self._place], check=False)
            self._image.unlink(missing_ok=True)

    @contextlib.contextmanager
    def full(self) -> Iterator[None]:
        """Not one block is free while this is open; raises NotStruck."""
        if self.why:
            raise NotStruck(self.why)
        ballast = self._place / _BALLAST
        try:
            self._fill(ballast)
            yield
        finally:
            ballast.unlink(missing_ok=True)

    def _fill(self, ballast: Path) -> None:
        """In ever smaller pieces."""
        piece = MEGABYTES << 20
        with ballast.open("wb") as file:
            end = 0
            while piece >= 4096:
                try:
                    os.posix_fallocate(file.fileno(), end, piece)
                    end += piece
                except OSError:
                    piece //= 2

    def _mount(self) -> str:
        if os.geteuid() != 0:
            return "mounting a small disk needs root"
        try:
            with self._image.open("wb") as file:
                file.truncate(MEGABYTES << 20)
            for command in (
                ["mkfs.ext4", "-q", "-m", "0", "-N", "40000", str(self._image)],
                ["mount", "-o", "loop", str(self._image), str(self._place)],
            ):
                subprocess.run(command, check=True, capture_output=True, text=True)
        except subprocess.CalledProcessError as error:
            return f"{error.cmd[0]}: {error.stderr.strip()}"
        except OSError as error:
            return f"mkfs.ext4 or mount: {error.strerror}"
        return ""
