"""The rows, and the page that is made of them."""

import ast
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "attacks.md"

HEAD = """# What is done to the gateway, and what holds

Made by `python -m tests.attacks` from `tests/attacks/rows.toml`: it runs every test named here, and writes the page
only when each of them passed. A test without a name stands for its whole file.

| | What is done | What must hold | Shown by | Result |
|---|---|---|---|---|
"""


class Attack(NamedTuple):
    """One row: what is done, what must hold, and the tests (pytest node ids, relative to the root) that show it."""

    what: str
    must: str
    tests: tuple[str, ...]


def rows() -> tuple[Attack, ...]:
    """The rows in their order."""
    found = tomllib.loads((Path(__file__).parent / "rows.toml").read_text(encoding="utf-8"))
    return tuple(Attack(row["what"], row["must"], tuple(row["tests"])) for row in found["attack"])


def page(attacks: Iterable[Attack]) -> str:
    """The page, in Markdown, when everything held."""
    return HEAD + "".join(_line(number, attack) for number, attack in enumerate(attacks, 1))


def missing(attacks: Iterable[Attack]) -> list[str]:
    """The tests that are named and are not there."""
    return [test for attack in attacks for test in attack.tests if not _is_there(test)]


def _line(number: int, attack: Attack) -> str:
    tests = "<br>".join(f"`{test.removeprefix('tests/')}`" for test in attack.tests)
    return f"| {number} | {attack.what} | {attack.must} | {tests} | holds |\n"


def _is_there(test: str) -> bool:
    file, _, name = test.partition("::")
    path = ROOT / file
    if not path.is_file():
        return False
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    return not name or name in names
