"""The routing rules as an organisation writes them (YAML), validated on load with line numbers."""

import hashlib
import re
from datetime import timedelta
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from schemas import synthetic
from schemas.errors import Misconfigured
from schemas.names import ChannelName, ComplaintKind, Priority, Severity

DEFAULT_FILE = Path(__file__).with_name("rules.yaml")
SETTING = "GATEWAY_ROUTES"
_MAIL = re.compile(r"[^\s@<>,;:]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _is_webhook(value: str) -> bool:
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 - raises ValueError for what is no port
    except ValueError:
        return False
    plain = value.isprintable() and " " not in value
    return plain and parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc


class Conditions(_Strict):
    """All that are given must hold; a list holds when one of its words does."""

    kind: list[ComplaintKind] = Field(default_factory=list)
    category: list[str] = Field(default_factory=list)
    channel: list[ChannelName] = Field(default_factory=list)
    severity: list[Severity] = Field(default_factory=list)
    language: list[str] = Field(default_factory=list)
    product: list[str] = Field(default_factory=list)
    priority_at_least: Priority | None = None
    safety: bool | None = None
    abstained: bool | None = None

    @field_validator("kind", "category", "channel", "severity", "language", "product", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value


class Rule(_Strict):
    """`when` these hold, the case goes to `queue`."""

    name: str
    when: Conditions
    queue: str


class Queue(_Strict):
    """Every queue has an owner; nothing routes to a queue without one (ISO 10002, clause 5)."""

    owner: str = Field(min_length=1)
    escalation: str = ""
    """Whom the case system tells when the owner does not answer: a mail address or the https address of a webhook.
    It travels with every decision; the gateway itself tells nobody."""
    about: str = ""
    """What belongs here, in words: `gateway route check` shows it."""

    @field_validator("escalation")
    @classmethod
    def _can_be_reached(cls, value: str) -> str:
        if value and not (_MAIL.fullmatch(value) or _is_webhook(value)):
            raise ValueError(
                f"{value!r} cannot be reached: give a mail address (head@example.org) or a webhook"
                " (https://example.org/hook) without a password in it, or leave `escalation` out"
            )
        return value

    def told(self) -> str:
        """Who looks after it, and whom to tell else, in one line."""
        return self.owner + (f", escalates to {self.escalation}" if self.escalation else "")


class Targets(_Strict):
    """Times promised: acknowledge within hours, respond within days, counted from the channel's receipt."""

    acknowledge_hours: float = 24
    respond_days: dict[Priority, float] = {"low": 56, "normal": 56, "high": 15, "urgent": 3}


class Rules(_Strict):
    """The whole file. `version` is a hash of its bytes and stands on every decision."""

    queues: dict[str, Queue]
    rules: list[Rule] = Field(default_factory=list)
    default: str
    review: str = "review"
    targets: Targets = Targets()
    version: str = ""

    @model_validator(mode="after")
    def _queues_exist(self) -> Self:
        if synthetic.QUEUE in self.queues:
            raise ValueError(f"the queue {synthetic.QUEUE!r} is the gateway's own; give yours another name")
        for where, queue in [("default", self.default), ("review", self.review)] + [
            (f"rule {rule.name!r}", rule.queue) for rule in self.rules
        ]:
            if queue not in self.queues:
                raise ValueError(f"{where} names the queue {queue!r}, which is not under 'queues'")
        return self

    def respond_within(self, priority: Priority) -> timedelta:
        """The time promised for an answer."""
        return timedelta(days=self.targets.respond_days[priority])


def load(path: Path = DEFAULT_FILE) -> Rules:
    """Read and check a rules file; raises Misconfigured with file, line and what to mend."""
    try:
        content = path.read_bytes()
        root = yaml.compose(content, Loader=yaml.SafeLoader)
        data = yaml.safe_load(content)
    except OSError as error:
        raise Misconfigured(SETTING, f"cannot read {path}: {error.strerror}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Misconfigured(SETTING, f"{path} is not YAML: {error}") from error
    if not isinstance(data or {}, dict):
        raise Misconfigured(SETTING, f"{path.name}:1: begin with `queues:`, not with a list or a single word")
    try:
        return Rules.model_validate({**(data or {}), "version": hashlib.sha256(content).hexdigest()[:12]})
    except ValidationError as error:
        problems = "; ".join(
            f"{path.name}:{_line(root, one['loc'])}: {'.'.join(map(str, one['loc']))}: {one['msg']}"
            for one in error.errors()
        )
        raise Misconfigured(SETTING, problems) from error


def _line(node: yaml.Node | None, location: tuple[int | str, ...]) -> int:
    """The line (from 1) of the deepest part of `location` that the file has."""
    line = 1
    for step in location:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == str(step)]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            found = [(node.value[step], node.value[step])]
        else:
            break
        if not found:
            break
        line, node = found[0][0].start_mark.line + 1, found[0][1]
    return line
