"""The process that forks for a worker ends with it, whenever that goes, and says nothing."""

import socket
import subprocess
import sys

import pytest

PROGRAM = """
import socket, sys
from workers.runtime.zygote import main
main(socket.socket(fileno=int(sys.argv[1])), None)
"""


@pytest.mark.parametrize("reads", [False, True], ids=["before it is ready", "after it was ready"])
def test_a_worker_that_has_gone_is_no_fault(reads: bool) -> None:
    ours, theirs = socket.socketpair()
    if not reads:
        ours.close()
    with theirs:
        command = [sys.executable, "-c", PROGRAM, str(theirs.fileno())]
        child = subprocess.Popen(command, pass_fds=[theirs.fileno()], stderr=subprocess.PIPE)
    if reads:
        assert ours.recv(100) == b"ready\n"
        ours.close()
    _, said = child.communicate(timeout=30)
    assert (child.returncode, said) == (0, b"")
