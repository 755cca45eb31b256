"""Rooms do not know each other: what several channels share stands beside the rooms."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.cases import ROOT

ROOMS = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))
BANNED_IN_PARSE = {"time", "random", "uuid", "secrets", "asyncio", "httpx", "twilio", "requests"}


def imported(path: Path) -> Iterator[str]:
    """Every module that a file names in an import, `from a import b` also as `a.b`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_no_other_room(room: str) -> None:
    others = {f"channels.{other}" for other in ROOMS if other != room} | {"channels.registry"}
    for path in (ROOT / room).rglob("*.py"):
        foreign = {
            name for name in imported(path) if any(f"{name}.".startswith(f"{other}.") for other in others)
        }
        assert not foreign, f"{path.name} imports {foreign}"


def test_what_is_shared_knows_no_room() -> None:
    rooms = {f"channels.{room}" for room in ROOMS}
    for path in ROOT.glob("*.py"):
        if path.name not in ("registry.py", "__init__.py"):
            foreign = {
                name for name in imported(path) if any(f"{name}.".startswith(f"{room}.") for room in rooms)
            }
            assert not foreign, f"{path.name} imports {foreign}"


def test_parsing_has_no_clock_and_no_dice() -> None:
    parses = list(ROOT.glob("*/parse.py"))
    assert len(parses) >= 10
    for path in parses:
        roots = {name.partition(".")[0] for name in imported(path)}
        assert not roots & BANNED_IN_PARSE, path
        assert ".now(" not in path.read_text(encoding="utf-8"), path
