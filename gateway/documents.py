"""Documentation made from code: settings, topics, metrics, and the table of channels in the README."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

from channels.contract import Channel
from channels.registry import CHANNELS
from gateway.environment import settings_classes
from schemas import telemetry
from schemas import topics as house

README = Path(__file__).parent.parent / "README.md"
BEGIN, END = "<!-- channels: begin -->\n", "<!-- channels: end -->\n"


def settings() -> str:
    """Every setting with its default, one table for each part of the house."""
    parts = [
        "# Settings\n\nMade by `gateway schemas export`. Secrets may also come from a file: `NAME_FILE`.\n"
    ]
    for cls in settings_classes():
        about = (cls.__doc__ or "").strip().split("\n")[0]
        rows = [_setting(cls, name, field) for name, field in cls.model_fields.items()]
        parts.append(f"\n## {cls.model_config.get('env_prefix', '')}…\n\n{about}\n\n{_table(_HEAD, rows)}")
    return "".join(parts)


def topics() -> str:
    """Every topic: who it is for, its key, how long it keeps."""
    rows = [
        (f"`{topic.name}`", topic.role, topic.key, _kept(topic), topic.about)
        for topic in (*house.HOUSE, house.queue("NAME"))
    ]
    head = ("Topic", "Role", "Key", "Kept", "Holds")
    return f"# Topics\n\nMade by `gateway schemas export` from schemas/topics.py.\n\n{_table(head, rows)}"


def metrics() -> str:
    """Every metric, with its labels and what it means."""
    rows = [
        (f"`{one.name}`", one.kind, ", ".join(one.labels), one.about, _told_by(one))
        for one in telemetry.METRICS
    ]
    head = ("Metric", "Kind", "Labels", "Means", "Told by")
    return f"# Metrics\n\nMade by `gateway schemas export` from schemas/telemetry.py.\n\n{_table(head, rows)}"


def readme(text: str) -> str:
    """The README with the table of channels as the registry has it."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    rows = [
        (f"[{one.title}](channels/{_folder(one)}/README.md)", _ways_in(one), _way_out(one))
        for one in CHANNELS
    ]
    return f"{before}{BEGIN}{_table(('Channel', 'Comes in by', 'Is answered by'), rows)}{END}{after}"


def is_checkout() -> bool:
    """Whether we run from the source tree, and not from an installed wheel."""
    return README.is_file() and (README.parent / "pyproject.toml").is_file()


def write_readme() -> None:
    """Bring the README's table of channels up to date, in a checkout."""
    README.write_text(readme(README.read_text(encoding="utf-8")), encoding="utf-8")


_HEAD = ("Setting", "Default", "Means")


def _setting(cls: type[BaseSettings], name: str, field: FieldInfo) -> tuple[str, ...]:
    prefix = cls.model_config.get("env_prefix", "")
    return (f"`{prefix}{name}`".upper(), _default(field), (field.description or "").replace("\n", " "))


def _default(field: FieldInfo) -> str:
    value: Any = field.get_default(call_default_factory=True, validated_data={})
    if value is PydanticUndefined or value is None or value in ("", [], (), {}):
        return ""
    if type(value).__name__ == "SecretStr":
        return ""
    return f"`{value}`"


def _kept(topic: house.Topic) -> str:
    days = f"{topic.retention.days} days" if topic.retention else "always"
    return f"compacted, {days}" if topic.compact else days


def _told_by(metric: telemetry.Metric) -> str:
    return "`gateway monitor`" if metric in telemetry.MONITORED else "`gateway serve`"


def _folder(channel: Channel) -> str:
    return channel.parse.split(".")[1]


def _ways_in(channel: Channel) -> str:
    ways = [word for word, part in (("webhook", channel.door), ("collecting", channel.sources)) if part]
    return ", ".join(ways) or "our own page"


def _way_out(channel: Channel) -> str:
    return "the same channel" if channel.replier else "mail, SMS or the page itself"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = tuple(head)
    lines = [" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows]
    return f"| {' | '.join(names)} |\n|{'---|' * len(names)}\n" + "".join(f"| {line} |\n" for line in lines)
