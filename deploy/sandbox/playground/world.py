"""Where everything is: what `gateway up --sandbox` wrote into run.json, read again when it changes."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.stand_ins import CUSTOMERS


@dataclass(frozen=True, slots=True)
class Customer:
    """One person on every channel; what identifies him there follows from name and number."""

    name: str
    number: int

    @property
    def title(self) -> str:
        """The name as people write it."""
        return self.name.title()

    @property
    def address(self) -> str:
        """His mail address."""
        return f"{self.name}@localhost"

    @property
    def phone(self) -> str:
        """His number, E.164."""
        return f"+4915112300{self.number:02d}"


class Missing(Exception):
    """The gateway is not up (yet), or this sandbox does not have what was asked for; in words for the page."""


class World:
    """Everything in it raises Missing while the gateway is not up."""

    def __init__(self, run_file: Path, operator_token: str) -> None:
        self._run_file = run_file
        self._read_at = 0
        self._facts: dict[str, Any] = {}
        self.as_operator = {"Authorization": f"Bearer {operator_token}"} if operator_token else {}

    @property
    def gateway(self) -> str:
        """The gateway's own address."""
        return str(self._now()["http"])

    def server(self, protocol: str) -> tuple[str, int]:
        """Host and port of `smtp` or `imap`."""
        host, _, port = str(self._now()[protocol]).rpartition(":")
        if not port:
            raise Missing(f"this sandbox has no {protocol} server of its own")
        return host, int(port)

    def part(self, name: str) -> dict[str, Any]:
        """What run.json says of a stand-in."""
        part: dict[str, Any] | None = self._now()["sandbox"].get(name)
        if part is None:
            raise Missing(f"this sandbox plays no {name}: the settings name a real one")
        return part

    def password(self, who: Customer) -> str:
        """Opens his mailbox."""
        accounts = self.part("mail")["accounts"]
        return str(next(one["password"] for one in accounts if one["user"] == who.name))

    def customers(self) -> list[Customer]:
        """Everybody who can write."""
        return [Customer(name, number) for number, name in enumerate(CUSTOMERS, 1)]

    def customer(self, name: str) -> Customer:
        """One of them."""
        for one in self.customers():
            if one.name == name:
                return one
        raise Missing(f"there is no customer {name}")

    def _now(self) -> dict[str, Any]:
        try:
            changed = self._run_file.stat().st_mtime_ns
            if changed != self._read_at:
                self._facts = json.loads(self._run_file.read_text())
                self._read_at = changed
        except (OSError, ValueError) as error:
            raise Missing(f"the gateway is not up: {self._run_file} cannot be read") from error
        return self._facts
