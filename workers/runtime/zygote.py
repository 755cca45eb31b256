"""The process that a kitchen forks from: it loads a stage once, and then does nothing but fork.

It has no threads, no Kafka and no event loop, so that forking it is safe. Everything in it ends with the worker:
its own end is told by the closed socket, and the kernel kills the forks of one that has ended.
"""

import contextlib
import ctypes
import gc
import json
import os
import pickle  # noqa: TID251 - between processes of one program; nothing of it is stored
import signal
import socket
import struct
import sys
from importlib import import_module
from typing import Any

from schemas.errors import GatewayError, Misconfigured
from workers.runtime.contract import Stage
from workers.runtime.preparation import prepare_all

HEADER = struct.Struct("!Q")
READY = b"ready\n"
WRONG = b"wrong "
"""Before the setting and the sentence of a Misconfigured, as a JSON array."""
FORK = b"f"
_PR_SET_PDEATHSIG = 1


def main(control: socket.socket, stage: Stage) -> None:
    """Fork once for each socket that comes, and tell its process id."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.collect()
    gc.freeze()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the worker has gone: so do we
        control.sendall(READY)
        _fork_for_each(control, stage)


def _fork_for_each(control: socket.socket, stage: Stage) -> None:
    while True:
        word, sockets, _, _ = socket.recv_fds(control, 1, 1)
        if word != FORK:
            return
        pid = os.fork()
        if pid == 0:
            control.close()
            _serve(socket.socket(fileno=sockets[0]), stage)
        os.close(sockets[0])
        control.sendall(b"%d\n" % pid)


def _serve(asked: socket.socket, stage: Stage) -> None:
    """Prepare batch after batch until nobody asks any more."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    try:
        with asked.makefile("rb") as words:
            while len(header := words.read(HEADER.size)) == HEADER.size:
                records = pickle.loads(words.read(HEADER.unpack(header)[0]))
                answer = pickle.dumps(_prepared(stage, records), pickle.HIGHEST_PROTOCOL)
                asked.sendall(HEADER.pack(len(answer)) + answer)
    finally:
        os._exit(0)


def _prepared(stage: Stage, records: Any) -> Any:
    try:
        return prepare_all(stage, records)
    except GatewayError as halt:
        return halt


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as _control:
        _module, _, _function = sys.argv[2].partition(":")
        try:
            _stage = getattr(import_module(_module), _function)(sys.argv[3])
        except Misconfigured as _error:
            _words = [_error.setting, str(_error).removeprefix(f"{_error.setting}: ")]
            _control.sendall(WRONG + json.dumps(_words).encode() + b"\n")
            sys.exit(2)
        main(_control, _stage)
