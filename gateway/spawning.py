"""The command of a child that the kernel ends when the process that started it ends."""

import shutil
from collections.abc import Sequence

from schemas.errors import Misconfigured

STOP_SECONDS = 8.0
"""So long may a child take to end by itself."""


def mortal(arguments: Sequence[str], privileges: Sequence[str] = ()) -> list[str]:
    """`arguments` under setpriv(1); `privileges` are its options that say as whom. Raises Misconfigured."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise Misconfigured("PATH", "setpriv is missing; install util-linux")
    return [setpriv, "--pdeathsig", "KILL", *privileges, "--", *arguments]
