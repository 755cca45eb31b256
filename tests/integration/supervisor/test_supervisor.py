"""Real child processes: restarted with a reason, stopped in order, gone when their supervisor is."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gateway.children import Program
from gateway.supervisor import Supervisor
from gateway.watch import stuck
from schemas.errors import Unavailable

SLEEPER = "import time; print('{role}: ready', flush=True); time.sleep(60)"
STUBBORN = (
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('x: ready', flush=True); time.sleep(60)"
)


def program(role: str, code: str = SLEEPER, rank: int = 1, seconds: float = 10) -> Program:
    return Program(
        role, [sys.executable, "-c", code.format(role=role)], stop_rank=rank, ready_seconds=seconds
    )


def pid_of(folder: Path, role: str) -> int:
    told = json.loads((folder / "run.json").read_text())
    return next(int(entry["pid"]) for entry in told["processes"] if entry["role"] == role)


@pytest.mark.asyncio
async def test_what_dies_is_started_again_and_said(tmp_path: Path) -> None:
    said: list[str] = []
    supervisor = Supervisor(tmp_path, {"http": "x"}, said.append)
    try:
        await supervisor.start([program("one")])
        first = pid_of(tmp_path, "one")
        os.kill(first, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while pid_of(tmp_path, "one") == first:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)
        assert any("ended by SIGKILL" in line for line in said)
    finally:
        await supervisor.stop()
    assert not (tmp_path / "run.json").exists()


@pytest.mark.asyncio
async def test_what_cannot_start_says_why(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path, {}, lambda line: None)
    try:
        with pytest.raises(Unavailable, match="the cure is here"):
            await supervisor.start([program("bad", "import sys; sys.exit('the cure is here')")])
        with pytest.raises(Unavailable, match="not ready in time"):
            await supervisor.start([program("slow", "import time; time.sleep(9)", seconds=0.5)])
    finally:
        await supervisor.stop()


@pytest.mark.asyncio
async def test_stopping_is_in_order_and_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.children.STOP_SECONDS", 0.5)
    log = tmp_path / "order"
    code = (
        "import signal, sys, time, pathlib\n"
        "def end(*_):\n"
        f"    open({str(log)!r}, 'a').write(sys.argv[1] + ' ')\n"
        "    sys.exit()\n"
        "signal.signal(15, end)\n"
        "print('x: ready', flush=True)\n"
        "time.sleep(60)\n"
    )
    programs = [
        Program(name, [sys.executable, "-c", code, name], stop_rank=rank)
        for name, rank in (("broker", 4), ("collect", 0), ("work", 1))
    ]
    supervisor = Supervisor(tmp_path, {}, lambda line: None)
    await supervisor.start([*programs, program("stubborn", STUBBORN, 2)])
    begin = time.monotonic()
    await supervisor.stop()
    assert log.read_text().split() == ["collect", "work", "broker"]
    assert time.monotonic() - begin < 5


def test_children_are_gone_with_their_supervisor(tmp_path: Path) -> None:
    code = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from gateway.children import Program\n"
        "from gateway.supervisor import Supervisor\n"
        f"one = Program('one', [sys.executable, '-c', {SLEEPER.format(role='one')!r}])\n"
        "async def main():\n"
        f"    await Supervisor(Path({str(tmp_path)!r}), {{}}, print).start([one])\n"
        "    print('up', flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    while process.stdout.readline().strip() != "up":
        assert process.poll() is None
    child = pid_of(tmp_path, "one")
    process.kill()
    process.wait()
    process.stdout.close()
    deadline = time.monotonic() + 5
    while Path(f"/proc/{child}").exists():
        assert time.monotonic() < deadline, "the child outlived its supervisor"
        time.sleep(0.02)


def test_a_worker_that_does_not_move_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "work-triage"
    folder.mkdir()
    facts = {"stage": "triage", "partition": 0, "pid": os.getpid(), "state": "running", "monotonic": 100.0}
    (folder / "triage-0.progress.json").write_text(json.dumps(facts))
    assert stuck(tmp_path, 101.0) == []
    assert stuck(tmp_path, 200.0) == [("work-triage", "triage-0 has not moved for 100 s")]
    (folder / "triage-0.progress.json").write_text(json.dumps({**facts, "state": "closed"}))
    assert stuck(tmp_path, 200.0) == []
