"""Every command that reads files or lines, given what is none: a sentence and an exit code, never a stack trace."""

import gzip
import io
import sys
from pathlib import Path

import pytest

from gateway.cli import main
from tests.unit.gateway.still import Still

BAD: dict[str, bytes | None] = {
    "empty": b"",
    "blank": b"\n\n",
    "cut": b'{"text":\n',
    "list": b"[1, 2]\n",
    "null": b"null\n",
    "binary": b"\xff\xfe\x00\x01\n",
    "latin": "Beschwerde über Gebühren\n".encode("latin-1"),
    "deep": b"[" * 100_000 + b"\n",
    "odd": b'{"text": "\\ud800", "category": 1e999, "a": 7, "b": null}\n',
    "nul": b"\x00" * 5000,
    "folder": None,
}
TABLES = {
    "torn.jsonl.gz": gzip.compress(b'{"text": "a"}')[:-9],
    "none.csv.gz": b"text,category\n",
    "huge.csv": b'text,category\n"' + b"x" * 200_000,
    "ragged.tsv": b"a\tb\tc\n1\n\x00\t\t\t\t\n",
}
BY_ARGUMENT: tuple[tuple[str, ...], ...] = (
    ("train", "FILE", "--out", "OUT"), ("evaluate", "FILE"), ("route", "check", "FILE"),
    ("import", "FILE", "--mailbox", "a@example.org", "--dry-run"), ("read", "--channel", "mail", "FILE"),
    ("read", "--channel", "sms", "FILE"), ("read", "--channel", "webform", "FILE"),
)  # fmt: skip
BY_STANDARD_INPUT: tuple[tuple[str, ...], ...] = (("classify",), ("compare",), ("route", "explain", "-"))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What a pack says is not asked here."""
    for place in ("gateway.cli.classify.load", "gateway.cli.read.load", "gateway.cli.train.load"):
        monkeypatch.setattr(place, lambda *_: Still())
    monkeypatch.setenv("GATEWAY_DATA_DIR", str(tmp_path / "data"))


def _run(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> tuple[object, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    said = capsys.readouterr()
    return ended.value.code, said.out + said.err


@pytest.mark.parametrize("kind", [*BAD, *TABLES, "missing"])
@pytest.mark.parametrize("words", BY_ARGUMENT, ids=" ".join)
def test_a_file_that_is_none_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], kind: str
) -> None:
    path = tmp_path / kind
    content = {**BAD, **TABLES}.get(kind)
    if content is not None:
        path.write_bytes(content)
    elif kind == "folder":
        path.mkdir()
    given = tuple({"FILE": str(path), "OUT": str(tmp_path / "out")}.get(word, word) for word in words)
    code, said = _run(given, capsys)
    assert code in ((0, 1) if words[0] == "read" else (1, 2, 3)), said
    assert said
    assert "Traceback" not in said
    assert words[0] == "read" or kind in said


@pytest.mark.parametrize("kind", [kind for kind, content in BAD.items() if content is not None])
@pytest.mark.parametrize("words", BY_STANDARD_INPUT, ids=" ".join)
@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
def test_lines_that_are_none_are_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...], kind: str, errors: str,
) -> None:  # fmt: skip
    """Python reads standard input strictly or not as the machine's language is set."""
    content = BAD[kind] or b""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), "utf-8", errors=errors))
    if words == ("route", "explain", "-"):
        monkeypatch.setattr("gateway.bootstrap.Parts.classifier", Still())
    code, said = _run(words, capsys)
    assert code in (0, 1, 2)
    assert "Traceback" not in said
    assert said or kind in ("empty", "blank")
