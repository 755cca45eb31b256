"""No task of the product can end unnoticed: all are started in one place, which looks at their ends."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("schemas", "channels", "classifiers", "workers", "gateway")
HOME = "channels/tasks.py"
STARTS = {"create_task", "ensure_future", "run_coroutine_threadsafe"}
GROUPS = {"entering", "group"}
"""Names of task groups: a group ends with its first failure, and whoever waits for it hears that."""


def test_every_task_is_started_by_the_helper() -> None:
    found = []
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            if str(path.relative_to(ROOT)) == HOME:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                    continue
                owner = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
                if node.func.attr in STARTS and owner not in GROUPS:
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not found, f"start these with channels.tasks.watched or joined: {found}"
