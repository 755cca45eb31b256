"""The page that teaches how to add a channel is followed to the letter, and the suite runs on what comes out."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "channels" / "README.md"
_BLOCK = re.compile(r"^```(\w+) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = _BLOCK.findall(PAGE.read_text(encoding="utf-8"))


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the rooms that a channel needs, with the page's folder and lines added."""
    for room in ("channels", "schemas"):
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "tests" / "contract", tmp_path / "tests" / "contract")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "tests" / "__init__.py").touch()
    for kind, name, text in BLOCKS:
        path = tmp_path / name
        if kind == "diff":
            removed, added = _lines(text, "-"), _lines(text, "+")
            before = path.read_text(encoding="utf-8")
            assert before.count(removed) == 1, f"{name} has no line {removed!r}"
            path.write_text(before.replace(removed, added), encoding="utf-8")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return tmp_path


def _lines(diff: str, sign: str) -> str:
    return "".join(f"{line[1:]}\n" for line in diff.splitlines() if line.startswith(sign))


def test_one_folder_two_lines_and_a_word_are_enough() -> None:
    diffs = [(name, text) for kind, name, text in BLOCKS if kind == "diff"]
    added = [(name, text.count("\n+") - text.count("\n-") - 1) for name, text in diffs]
    assert added == [("channels/registry.py", 1), ("channels/registry.py", 1), ("schemas/names.py", 1)]
    assert {Path(name).parts[:2] for kind, name, _ in BLOCKS if kind != "diff"} == {("channels", "pigeon")}


def test_the_channel_of_the_page_passes_the_suite(house: Path) -> None:
    chosen = [
        "tests/contract/test_readings.py",
        "tests/contract/test_descriptors.py",
        "tests/contract/test_hostile.py",
    ]
    command = [sys.executable, "-m", "pytest", *chosen, "-k", "pigeon", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=house, capture_output=True, text=True, timeout=50)
    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None
    assert int(passed[1]) > 30


@pytest.mark.timeout(150)
def test_the_page_s_code_is_typed_and_formatted(house: Path) -> None:
    for command in (["mypy", "--strict", "-p", "channels.pigeon"], ["ruff", "check", "channels/pigeon"]):
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=house, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr
