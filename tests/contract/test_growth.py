"""Every regular expression of the product is met as outside text meets it: reading grows with length, not its square.

The list comes from the syntax tree of the product, the hostile texts from each pattern's own words and signs.
"""

import ast
import importlib
import re
import re._constants as op  # type: ignore[import-not-found]
import re._parser as sre  # type: ignore[import-not-found]
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from channels.registry import BY_NAME
from classifiers.money import largest_sum

ROOMS = ("channels", "classifiers", "workers", "gateway", "schemas")
SMALL, TIMES, MOST_GROWTH, FLOOR = 6_000, 8, 3.0, 0.012
HEAD = b"From: Anna <anna@example.org>\r\nTo: help@example.net\r\nMessage-ID: <1@example.org>\r\nSubject: "


@cache
def patterns() -> tuple[str, ...]:
    """What every call of `re` is given, as text; a pattern that is put together is taken from its module."""
    found: set[str] = set()
    for path in (path for room in ROOMS for path in Path(room).rglob("*.py")):
        tree = ast.parse(path.read_text())
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_re(node.func)]
        for call in calls:
            first = call.args[0] if call.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str | bytes):
                found.add(_text(first.value))
        if any(not isinstance(call.args[0], ast.Constant) for call in calls if call.args):
            module = importlib.import_module(".".join(path.with_suffix("").parts))
            found |= {_text(one.pattern) for one in vars(module).values() if isinstance(one, re.Pattern)}
    return tuple(sorted(found))


def _is_re(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "re"


def _text(pattern: str | bytes) -> str:
    return pattern if isinstance(pattern, str) else pattern.decode("latin-1")


def _signs(tree: Any) -> Iterator[str]:
    """Runs of literals and single members of sets, of the whole pattern."""
    run = ""
    for code, value in tree:
        if code is op.LITERAL:
            run += chr(value)
            continue
        if run:
            yield run
        run = ""
        if code is op.IN:
            yield from (chr(one[1]) for one in value if one[0] is op.LITERAL)
        for inner in value if isinstance(value, tuple | list) else ():
            if isinstance(inner, sre.SubPattern):
                yield from _signs(inner)
            elif isinstance(inner, list):
                for branch in inner:
                    if isinstance(branch, sre.SubPattern):
                        yield from _signs(branch)
    if run:
        yield run


@cache
def seeds() -> tuple[str, ...]:
    """One hostile repeat for each pattern: its commonest beginnings, apart and together."""
    found: dict[str, None] = dict.fromkeys([" ", "a", "0", "> ", "a@", "\n", "\t"])
    for pattern in patterns():
        signs = list(dict.fromkeys(_signs(sre.parse(pattern))))[:2]
        found |= dict.fromkeys([*signs[:1], "".join(signs)])
    return tuple(one for one in found if one and max(one) < "\ud800")


def test_there_is_much_to_look_at() -> None:
    assert len(patterns()) > 150
    assert len(seeds()) > 100


def _mail_body(text: str) -> None:
    BY_NAME["mail"].read(HEAD + b"x\r\n\r\n" + text.encode(), {"mailbox": "help@example.net"})


def _mail_subject(text: str) -> None:
    subject = text.replace("\n", " ").replace("\r", " ").encode()
    BY_NAME["mail"].read(HEAD + subject + b"\r\n\r\nx", {"mailbox": "help@example.net"})


def _money(text: str) -> None:
    largest_sum(text)


@pytest.mark.parametrize("read", [_mail_body, _mail_subject, _money])
def test_time_grows_with_the_length_of_what_repeats_a_pattern_s_own_words(read: Any) -> None:
    slow = [seed for seed in seeds() if not _grows_slowly(read, seed)]
    assert not slow


def _grows_slowly(read: Any, seed: str) -> bool:
    """At one of two sizes: a long text may be read in another way than a short one, but not ever slower."""
    return any(_is_linear(read, seed, size) for size in (SMALL, SMALL, SMALL, SMALL * TIMES))


def _is_linear(read: Any, seed: str, size: int) -> bool:
    least = _seconds(read, seed * (size // len(seed)) + "\x01")
    most = _seconds(read, seed * (size * TIMES // len(seed)) + "\x01")
    return most <= max(least * TIMES * MOST_GROWTH, FLOOR * TIMES)


def _seconds(read: Any, text: str) -> float:
    began = time.thread_time()
    read(text)
    return time.thread_time() - began
