"""Seals, signatures and codes are compared in constant time: how long a comparison takes tells nothing of them."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("channels", "gateway", "schemas", "workers")
MAKERS = {
    "case_key", "digest", "hex_digest", "hexdigest", "probe_seal", "reply_token", "response_token", "seal",
    "status_code", "_keyed", "_seal",
}  # fmt: skip
"""What makes a proof; `hexdigest` of a hash without a key is none, where nobody claims it from outside."""
UNKEYED = {("workers", "hexdigest")}


def _made(node: ast.expr) -> str:
    """The name of the maker whose result is compared here."""
    called = [call.func for call in ast.walk(node) if isinstance(call, ast.Call)]
    names = [one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in called]
    return next((name for name in names if name in MAKERS), "")


@pytest.mark.parametrize("room", ROOMS)
def test_no_proof_is_compared_letter_by_letter(room: str) -> None:
    wrong = []
    for path in (ROOT / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Compare):
                continue
            made = [_made(side) for side in (node.left, *node.comparators)]
            wrong += [f"{path}:{node.lineno} {name}" for name in made if name and (room, name) not in UNKEYED]
    assert not wrong
