"""The broker that `gateway up` brings itself, broken like the ones beside the house: its supervisor starts it again."""

import contextlib
import os
import signal
import time
from typing import TYPE_CHECKING

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from deploy.local.broker import Node
from schemas.errors import Unavailable

if TYPE_CHECKING:
    from tests.acceptance.chaos.house import ChaosHouse

ROLE = "kafka"
_READY_SECONDS = 60.0


class OwnKafka:
    """As much of `LocalKafka` as faults need. Between `kill9` and `restart` its successor stands still before it
    begins, so the broker is away for as long as is wanted."""

    nodes = (Node(1, 0, 0),)

    def __init__(self, house: "ChaosHouse") -> None:
        self._house = house
        self._held = 0

    @property
    def bootstrap(self) -> str:
        """`host:port`, the same after every start."""
        return str(self._house.facts()["kafka"])

    def kill9(self, number: int | None = None) -> None:
        """SIGKILL; raises OSError, ValueError, KeyError while run.json does not say who it is."""
        before = self._house.pids()[ROLE]
        self._house.kill_pid(before)
        if self._house.until_back(ROLE, before):
            self._held = self._house.pids()[ROLE]
            os.kill(self._held, signal.SIGSTOP)

    def restart(self, number: int | None = None) -> None:
        """Let it begin, and wait until it answers; raises Unavailable when it does not."""
        with contextlib.suppress(ProcessLookupError):
            if self._held:
                os.kill(self._held, signal.SIGCONT)
        self._held = 0
        deadline = time.monotonic() + _READY_SECONDS
        admin = AdminClient({"bootstrap.servers": self.bootstrap, "log_level": 0})
        while time.monotonic() < deadline:
            with contextlib.suppress(KafkaException):
                admin.list_topics(timeout=1)
                return
        raise Unavailable(f"the house's own Kafka does not answer after {_READY_SECONDS:g} s")
