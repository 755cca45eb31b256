"""Who is a living twin, and who only a ghost of an earlier process of the same name."""

import asyncio
import os
import subprocess
import sys
from typing import Any

import pytest

from schemas.errors import Misconfigured
from workers.storage import twins


class _Admin:
    def __init__(self, looks: list[list[str]]) -> None:
        self._looks = looks

    async def start(self) -> None: ...

    async def close(self) -> None: ...

    async def describe_consumer_groups(self, names: list[str]) -> list[Any]:
        members = [(f"member-{name}", name) for name in (self._looks.pop(0) if self._looks else [])]
        described = type("Answer", (), {"groups": [(0, names[0], "Stable", "consumer", "range", members)]})
        return [described]


class _Cluster:
    """As much of a cluster as is asked: what its group says at each look."""

    def __init__(self, *looks: list[str]) -> None:
        self._looks = list(looks)

    def topic(self, name: str) -> str:
        return name

    def admin(self) -> _Admin:
        return _Admin(self._looks)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twins, "_MARGIN_SECONDS", 0.0)


def _refuse(*looks: list[str], instance: str = "one.triage") -> None:
    asyncio.run(twins.refuse_a_twin(_Cluster(*looks), "triage", instance, 0.0))  # type: ignore[arg-type]


def _elsewhere(instance: str) -> str:
    return f"{instance}--other-host--0a1b2c3d--7"


def _of(pid: int, instance: str = "one.triage") -> str:
    return twins.client_id(instance).rsplit("--", 1)[0] + f"--{pid}"


@pytest.mark.parametrize("instance", ["one.triage", "pod-0--x.triage"])
def test_a_living_twin_on_another_host_is_named(instance: str) -> None:
    twin = _elsewhere(instance)
    with pytest.raises(Misconfigured, match=r"GATEWAY_INSTANCE.*process 7 on other-host"):
        _refuse([twin], [twin], instance=instance)


def test_a_living_twin_on_this_host_is_named() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        twin = _of(other.pid)
        with pytest.raises(Misconfigured, match=f"process {other.pid}"):
            _refuse([twin], [twin])
        other.kill()


def test_ghosts_and_others_are_no_twins() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    members = [_of(gone.pid), _of(os.getpid()), _elsewhere("two.triage"), "aiokafka-0.14", "gateway-triage"]
    _refuse(members, members)
    ghost = _elsewhere("one.triage")  # of another host: forgotten when its session has passed
    _refuse([ghost], [])
    gone = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, gone.pid, os.WEXITED | os.WNOWAIT)  # ended, and its parent has not looked yet
    _refuse([_of(gone.pid)], [_of(gone.pid)])
    gone.wait()
