"""Real child processes: restarted with a reason, stopped in order, gone when their supervisor is."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.children import Program
from gateway.supervisor import Supervisor
from gateway.watch import watch_progress
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


async def _until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


def _rename_the_log(folder: Path) -> None:
    (folder / "logs" / "one.log").rename(folder / "logs" / "one.log.1")


def _remove_the_logs(folder: Path) -> None:
    shutil.rmtree(folder / "logs")


def _a_folder_for_run_json(folder: Path) -> None:
    (folder / "run.json").unlink()
    (folder / "run.json").mkdir()


def _a_file_for_the_logs(folder: Path) -> None:
    shutil.rmtree(folder / "logs")
    (folder / "logs").write_text("")


def _no_setpriv(folder: Path) -> None:
    os.environ["PATH"] = str(folder)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "trouble", [_rename_the_log, _remove_the_logs, _a_folder_for_run_json, _a_file_for_the_logs, _no_setpriv]
)
async def test_what_goes_wrong_beside_its_work_never_ends_a_guard(
    tmp_path: Path, trouble: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", os.environ["PATH"])
    monkeypatch.setattr("gateway.supervisor.BACK_OFF_SECONDS", (0.05,))
    path = os.environ["PATH"]
    supervisor = Supervisor(tmp_path, {}, lambda line: None)
    try:
        await supervisor.start([program("one")])
        trouble(tmp_path)
        for _ in range(2):
            first = supervisor.children["one"]
            os.kill(first.pid, signal.SIGKILL)
            await asyncio.sleep(0.3)  # long enough to meet the trouble
            monkeypatch.setenv("PATH", path)
            await _until(lambda first=first: supervisor.children["one"] is not first)  # type: ignore[misc]
        assert supervisor.children["one"].exit_code is None
    finally:
        await supervisor.stop()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "error", [BrokenPipeError(), OSError(28, "No space left"), ValueError("closed file")]
)
async def test_nobody_has_to_listen_to_a_supervisor(tmp_path: Path, error: Exception) -> None:
    def say(line: str) -> None:
        raise error

    supervisor = Supervisor(tmp_path, {}, say)
    try:
        await supervisor.start([program("one")])
        first = pid_of(tmp_path, "one")
        os.kill(first, signal.SIGKILL)
        await _until(lambda: pid_of(tmp_path, "one") != first)
    finally:
        await supervisor.stop()


@pytest.mark.asyncio
async def test_a_run_file_that_could_not_be_written_is_written_when_there_is_room(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path, {}, lambda line: None)
    blocked = tmp_path / f"run.json.{os.getpid()}.new"
    blocked.mkdir()
    try:
        await supervisor.start([program("one")])
        assert not (tmp_path / "run.json").exists()
        blocked.rmdir()
        await _until((tmp_path / "run.json").exists)
        assert pid_of(tmp_path, "one") == supervisor.children["one"].pid
    finally:
        await supervisor.stop()


@pytest.mark.asyncio
async def test_a_log_goes_on_under_its_name_when_it_was_renamed(tmp_path: Path) -> None:
    code = (
        "import time; print('x: ready', flush=True)\nwhile True: print('more', flush=True); time.sleep(0.02)"
    )
    supervisor = Supervisor(tmp_path, {}, lambda line: None)
    log = tmp_path / "logs" / "one.log"
    try:
        await supervisor.start([program("one", code)])
        log.rename(log.with_suffix(".1"))
        await _until(lambda: log.exists() and "more" in log.read_text())
    finally:
        await supervisor.stop()


@pytest.mark.asyncio
async def test_a_role_that_others_can_do_without_does_not_stop_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.supervisor.WRONG_PAUSE_SECONDS", 0.1)
    said: list[str] = []
    mended = tmp_path / "mended"
    code = (
        f"import sys, time, pathlib\nif not pathlib.Path({str(mended)!r}).exists():\n"
        "    print('SETTING: is wrong', file=sys.stderr); sys.exit(2)\n"
        "print('x: ready', flush=True); time.sleep(60)"
    )
    wrong = Program("wrong", [sys.executable, "-c", code], needed=False)
    supervisor = Supervisor(tmp_path, {}, said.append)
    try:
        await supervisor.start([program("one"), wrong])
        assert supervisor.troubled == ["wrong"]
        assert any("SETTING: is wrong" in line for line in said)
        mended.touch()
        await _until(lambda: "x: ready" in (tmp_path / "logs" / "wrong.log").read_text())
        assert supervisor.children["one"].exit_code is None
    finally:
        await supervisor.stop()


TELLS = (
    "from pathlib import Path\nfrom workers.runtime.progress import ProgressFile\nimport os, signal, sys, time\n"
    "told = ProgressFile(Path(sys.argv[1]), 'loop', 0)\ntold.state('running')\nprint('x: ready', flush=True)\n"
)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "hangs", ["os.kill(os.getpid(), signal.SIGSTOP)", "while True: pass", "time.sleep(60)"]
)
async def test_a_process_that_hangs_is_replaced_also_beside_damaged_files(
    tmp_path: Path, hangs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.watch.STUCK_SECONDS", 0.5)
    monkeypatch.setattr("gateway.watch.LOOK_SECONDS", 0.05)
    work = tmp_path / "work" / "loop"
    work.mkdir(parents=True)
    for name, content in (
        ("empty", ""),
        ("cut", '{"stage": "tri'),
        ("list", "[1]"),
        ("null", '{"pid": null}'),
    ):
        (work / f"{name}-0.progress.json").write_text(content)
    (work / "folder-0.progress.json").mkdir()
    said: list[str] = []
    supervisor = Supervisor(tmp_path, {}, said.append)
    hanging = Program("loop", [sys.executable, "-c", TELLS + hangs, str(work)], tells_progress=True)
    watching = asyncio.ensure_future(watch_progress(supervisor, tmp_path / "work"))
    try:
        await supervisor.start([hanging])
        first = supervisor.children["loop"]
        await _until(lambda: supervisor.children["loop"] is not first)
        assert any("loop-0 has not moved" in line for line in said)
    finally:
        watching.cancel()
        await supervisor.stop()
