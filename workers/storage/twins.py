"""Two processes under one name would take the partitions from each other in turns: the second one is refused.

A member of a group carries its instance's name (static membership), so a restart takes its own place again at once.
Whether the one that is there is a ghost of ours or a living twin tells its client id, which names host and process.
"""

import asyncio
import os
import socket
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from aiokafka.errors import KafkaError

from schemas.errors import Misconfigured

if TYPE_CHECKING:
    from workers.storage.kafka import Cluster

_BETWEEN = "--"
_MARGIN_SECONDS = 2.0


def client_id(instance: str) -> str:
    """`instance`, host, boot and process id: what a member says of itself."""
    return _BETWEEN.join((instance, *_here(), str(os.getpid())))


async def refuse_a_twin(cluster: "Cluster", group: str, instance: str | None, session_seconds: float) -> None:
    """Raises Misconfigured when another living process is in the group under this name.

    Of a process of this machine the process table tells; one of another host is given a session to prove that it is
    there, for a ghost is forgotten by then. While nobody can tell, nobody is refused.
    """
    if not instance or not (others := await _others(cluster, group, instance)):
        return
    await asyncio.sleep(session_seconds + _MARGIN_SECONDS)
    if still := others & await _others(cluster, group, instance):
        _, host, _, pid = next(iter(still)).rsplit(_BETWEEN, 3)
        raise Misconfigured(
            "GATEWAY_INSTANCE",
            f"the name {instance!r} is in use by process {pid} on {host}; give each process that runs the same role "
            "a GATEWAY_INSTANCE of its own",
        )


async def _others(cluster: "Cluster", group: str, instance: str) -> set[str]:
    admin = cluster.admin()
    try:
        await admin.start()
        (answer,) = await admin.describe_consumer_groups([cluster.topic(group)])
        names = {str(member[1]) for described in answer.groups for member in described[5]}
    except (KafkaError, OSError):
        return set()
    finally:
        await admin.close()
    ours = [name for name in names if name.rsplit(_BETWEEN, 3)[0] == instance and name.count(_BETWEEN) >= 3]
    return {name for name in ours if name != client_id(instance) and not _is_gone(name)}


def _is_gone(name: str) -> bool:
    """Whether it was a process of this machine that is no longer there."""
    _, host, boot, pid = name.rsplit(_BETWEEN, 3)
    return (host, boot) == _here() and not _runs(pid)


def _runs(pid: str) -> bool:
    """Whether it is in the process table, and not only as what its parent has not looked at yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except (OSError, IndexError):
        return False


@cache
def _here() -> tuple[str, str]:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text()[:8]
    except OSError:
        boot = "unknown"
    return socket.gethostname().replace(_BETWEEN, "-"), boot
