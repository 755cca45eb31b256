"""What every role does beside its work: it tells of its progress, and ends when one of its tasks does."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from aiokafka.errors import KafkaError, UnknownError

from gateway.bootstrap import Parts
from gateway.cli import main
from gateway.cli.roles import _until_told
from gateway.plan import plan
from gateway.settings import GatewaySettings
from workers.runtime.exits import EXIT_IN_DOUBT
from workers.runtime.progress import read_progress


@pytest.mark.asyncio
@pytest.mark.parametrize("role", ["serve", "collect", "work-project", "work-insight", "monitor"])
async def test_every_role_tells_of_its_progress_and_of_its_end(tmp_path: Path, role: str) -> None:
    seen: list[str] = []

    async def run(parts: Parts, stop: asyncio.Event, ready: Callable[[str], None]) -> None:
        while not seen:
            await asyncio.sleep(0.01)
            seen.extend(one.state for one in read_progress(tmp_path / "work"))

    await _until_told(role, Parts(GatewaySettings(data_dir=tmp_path)), run, seen.append)
    assert seen == ["running"]
    assert [(one.stage, one.state) for one in read_progress(tmp_path / "work")] == [(role, "closed")]


def test_up_looks_for_progress_of_each_role_that_it_starts(tmp_path: Path) -> None:
    made = plan(tmp_path, 0, {}, sandbox=False)
    roles = [program for program in (*made.services, *made.roles) if "gateway" in program.arguments]
    assert {program.role for program in roles} >= {
        "serve",
        "collect",
        "work-project",
        "work-insight",
        "monitor",
    }
    assert all(program.tells_progress for program in roles)


PROGRAM = """
import asyncio, sys
from pathlib import Path
from channels.tasks import watched
from gateway.bootstrap import Parts
from gateway.cli import main
from gateway.cli.roles import _until_told
from gateway.settings import GatewaySettings

async def fails():
    raise OSError(28, 'No space left on device')

async def run(parts, stop, ready):
    task = watched(fails(), 'writing the spool')
    await stop.wait()

asyncio.run(_until_told('serve', Parts(GatewaySettings(data_dir=Path(sys.argv[1]))), run, print))
"""


def test_a_task_that_ends_unexpectedly_ends_the_role_with_a_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == EXIT_IN_DOUBT
    assert "writing the spool ended: OSError: [Errno 28] No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("error", [KafkaError("the group is being made anew"), UnknownError("-1")], ids=repr)
def test_what_the_cluster_says_in_the_middle_is_a_sentence(
    error: KafkaError, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(**_: object) -> None:
        raise error

    monkeypatch.setattr("gateway.cli.cli", fails)
    with pytest.raises(SystemExit) as ended:
        main(["work", "project"])
    told = capsys.readouterr().err
    assert ended.value.code == 3
    assert told.startswith("gateway: Kafka does not answer as it should: ")
    assert "Traceback" not in told
