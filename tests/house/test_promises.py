"""What can be set is read: no field of a channel, of the front's options or of a settings class is ignored."""

import ast
import dataclasses
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from channels.contract import Channel
from gateway.environment import settings_classes
from gateway.front import FrontOptions, Policy

ROOT = Path(__file__).parents[2]
ROOMS = ("channels", "classifiers", "gateway", "workers")


@cache
def read_names() -> frozenset[str]:
    """Every attribute that product code reads, every setting it asks for by its name, every name its templates use."""
    found: set[str] = set()
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                    found.add(node.attr)
                elif isinstance(node, ast.Constant) and str(node.value).startswith("GATEWAY_"):
                    found.add(str(node.value).removeprefix("GATEWAY_").lower())
        for path in (ROOT / room).rglob("*.html"):
            found |= {word.split("(")[0] for word in path.read_text("utf-8").replace("|", " ").split(".")[1:]}
            found |= {part.split()[0] for part in path.read_text("utf-8").split("policy.")[1:]}
    return frozenset(found)


def fields(cls: type[Any]) -> list[str]:
    if dataclasses.is_dataclass(cls):
        return [one.name for one in dataclasses.fields(cls)]
    return list(cls.model_fields)


PROMISES = [Channel, FrontOptions, Policy, *settings_classes()]


@pytest.mark.parametrize("cls", PROMISES, ids=lambda cls: cls.__name__)
def test_every_field_is_read_somewhere(cls: type[Any]) -> None:
    ignored = [name for name in fields(cls) if name not in read_names()]
    assert not ignored, f"{cls.__name__} accepts and ignores {', '.join(ignored)}"
