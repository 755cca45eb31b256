"""What can be set is read: no field of a channel, of the front's options or of a settings class is ignored."""

import ast
import asyncio
import dataclasses
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from channels.contract import Channel
from classifiers.pack import FACTS_FILE, Category
from gateway import doctor
from gateway.bootstrap import Parts
from gateway.cli.route import check
from gateway.deciding import known_categories
from gateway.environment import settings_classes
from gateway.front import FrontOptions, Policy
from gateway.settings import GatewaySettings
from workers.triage.route.rules import Queue

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


QUEUE = {"owner": "Ann Oak", "escalation": "head@example.org", "about": "Lifts that stand still."}
RULES = f"queues: {{lifts: {QUEUE}}}\ndefault: lifts\nreview: lifts\n"
CATEGORY = {"definition": "Lifts that stand still."}
PACK = f"""
{{name: own, version: "1", languages: [en], category_from: rules, hazards: {{}}, categories: {{lifts: {CATEGORY}}}}}
"""


@pytest.mark.parametrize("name", fields(Queue))
def test_every_field_of_a_queue_is_shown(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By what an operator sees: these names are read of other classes too."""
    file = tmp_path / "rules.yaml"
    file.write_text(RULES)
    monkeypatch.setenv("GATEWAY_DATA_DIR", str(tmp_path / "data"))
    shown = CliRunner().invoke(check, [str(file)])
    assert QUEUE[name] in shown.output
    if name != "about":
        found = asyncio.run(doctor._rules(Parts(GatewaySettings(routes=file))))
        assert QUEUE[name] in found.says


@pytest.mark.parametrize("name", fields(Category))
def test_every_field_of_a_category_is_shown(name: str, tmp_path: Path) -> None:
    (tmp_path / FACTS_FILE).write_text(PACK)
    assert CATEGORY[name] in known_categories(Parts(GatewaySettings(pack_dir=tmp_path)))["lifts"]
