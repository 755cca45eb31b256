"""Where everything is: what `gateway up --sandbox` wrote into run.json, read again when it changes."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Customer:
    """One person on every channel: the mailbox's login, the telephone number, the network's token."""

    name: str
    address: str
    password: str
    phone: str
    token: str


class World:
    """Raises LookupError while the gateway is not up (yet), in words for the page."""

    def __init__(self, run_file: Path, operator_token: str) -> None:
        self._run_file = run_file
        self._read_at = 0
        self._facts: dict[str, Any] = {}
        self.operator_token = operator_token

    @property
    def gateway(self) -> str:
        """The gateway's own address."""
        return str(self._now()["http"])

    @property
    def twilio(self) -> str:
        """The stand-in for Twilio."""
        return str(self._part("twilio")["url"])

    @property
    def number(self) -> str:
        """The number that takes complaints."""
        return str(self._part("twilio")["number"])

    @property
    def mastodon(self) -> str:
        """The stand-in for Mastodon."""
        return str(self._part("mastodon")["url"])

    @property
    def account(self) -> str:
        """The account that takes complaints."""
        return str(self._part("mastodon")["account"])

    @property
    def mailbox(self) -> str:
        """The mailbox that takes complaints."""
        return str(self._part("mail")["mailbox"])

    def server(self, protocol: str) -> tuple[str, int]:
        """Host and port of `smtp` or `imap`."""
        host, _, port = str(self._now()[protocol]).rpartition(":")
        if not port:
            raise LookupError(f"this sandbox has no {protocol} server of its own")
        return host, int(port)

    def customers(self) -> list[Customer]:
        """Everybody who can write, ourselves left out."""
        tokens: dict[str, str] = self._now()["sandbox"].get("mastodon", {}).get("tokens", {})
        accounts = [one for one in self._part("mail")["accounts"] if one["address"] != self.mailbox]
        return [
            Customer(
                name=one["user"],
                address=one["address"],
                password=one["password"],
                phone=f"+4915112300{number:02d}",
                token=tokens.get(one["user"], ""),
            )
            for number, one in enumerate(accounts, 1)
        ]

    def customer(self, name: str) -> Customer:
        """One of them."""
        for one in self.customers():
            if one.name == name:
                return one
        raise LookupError(f"there is no customer {name}")

    def _part(self, name: str) -> dict[str, Any]:
        part: dict[str, Any] | None = self._now()["sandbox"].get(name)
        if part is None:
            raise LookupError(f"this sandbox plays no {name}: the settings name a real one")
        return part

    def _now(self) -> dict[str, Any]:
        try:
            changed = self._run_file.stat().st_mtime_ns
            if changed != self._read_at:
                self._facts = json.loads(self._run_file.read_text())
                self._read_at = changed
        except (OSError, ValueError) as error:
            raise LookupError(f"the gateway is not up: {self._run_file} cannot be read") from error
        return self._facts
