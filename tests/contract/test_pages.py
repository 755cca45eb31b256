"""What a channel's page says of a setting is what the code does: names that exist, numbers and switches as they are."""

import re
from collections.abc import Iterator

import pytest

from channels.contract import Channel, load
from channels.registry import CHANNELS
from tests.contract.cases import folder

_ROW = re.compile(r"^\| (`[A-Z_`, ]+`) \| ([^|]*) \|", re.MULTILINE)
_INLINE = re.compile(r"`([A-Z][A-Z_]+)` \((?:[^()`]*, )?(\d+|true|false)\)")
_NAME = re.compile(r"`([A-Z][A-Z_]+)`")
_VALUE = re.compile(r"\d+(?:\.\d+)?|true|false")


def told(page: str) -> Iterator[tuple[str, str]]:
    """(name, default) of every setting whose default the page gives as a number or a switch."""
    for row in _ROW.finditer(page):
        names, values = _NAME.findall(row[1]), [value.strip() for value in row[2].split(",")]
        if len(names) == len(values):
            yield from (
                (name, value) for name, value in zip(names, values, strict=True) if _VALUE.fullmatch(value)
            )
    yield from _INLINE.findall(page)


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.name)
def test_defaults_on_the_page_are_the_code_s(channel: Channel) -> None:
    fields = load(channel.settings).model_fields
    for name, value in told((folder(channel) / "README.md").read_text(encoding="utf-8")):
        default = fields[name.lower()].default
        expected = {"true": True, "false": False}.get(value, value)
        assert default == (expected if isinstance(expected, bool) else float(expected)), name


def test_a_wrong_number_is_found() -> None:
    assert dict(told("| `TIMEOUT_SECONDS`, `THREADS` | 8, 16 | x |\n`POLL_SECONDS` (15)")) == {
        "TIMEOUT_SECONDS": "8",
        "THREADS": "16",
        "POLL_SECONDS": "15",
    }
