"""Commands that read lines or write files: a wrong line is its own line, a wrong word names the right one."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from classifiers.training import Options, train
from classifiers.training.rows import Row
from gateway import documents, published
from gateway.bootstrap import Parts
from gateway.cli.classify import classify
from gateway.cli.schemas import schemas
from gateway.deciding import check_category, decide, known_categories
from gateway.settings import GatewaySettings
from schemas.errors import Misconfigured, Nonsense, Unavailable
from tests.unit.gateway.still import Still


def test_a_row_without_text_is_its_own_line_and_the_others_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.cli.classify.load", lambda *_: Still())
    rows = [
        {"id": 1, "text": "I smell gas"},
        {"id": 2},
        {"id": 3, "text": 7},
        {"id": 4, "text": " "},
        {"id": 5, "text": "x"},
    ]
    ended = CliRunner().invoke(classify, input="\n".join(map(json.dumps, rows)))
    told = [json.loads(line) for line in ended.output.splitlines()]
    assert [one["id"] for one in told] == [1, 2, 3, 4, 5]
    assert [one["id"] for one in told if "error" in one] == [2, 3, 4]
    assert ended.exit_code == 1


@pytest.mark.parametrize("wrong", ["saftey", "delivry", "nonsense"])
def test_a_category_that_the_pack_does_not_know_is_refused(wrong: str) -> None:
    known = known_categories(Parts(GatewaySettings()))
    assert {"safety", "other"} <= known.keys()
    check_category("safety", known)
    with pytest.raises(Nonsense, match="--new"):
        check_category(wrong, known)
    if wrong == "saftey":
        with pytest.raises(Nonsense, match="did you mean safety"):
            check_category(wrong, known)


@pytest.mark.asyncio
async def test_a_decision_without_kafka_is_a_sentence(tmp_path: Path) -> None:
    parts = Parts(GatewaySettings(data_dir=tmp_path, kafka_bootstrap="127.0.0.1:1"))
    with pytest.raises(Unavailable, match="nothing was decided"):
        await decide(parts, "7KQ2-9XVA-3M4TC", "safety", "somebody")


@pytest.mark.parametrize("group", ["label", "text"])
def test_labels_whose_texts_are_all_copies_are_refused_with_their_names(tmp_path: Path, group: str) -> None:
    by_label = group == "label"
    rows = [
        Row(f"{label} of room {number if by_label else 1} is broken", label, label if by_label else "")
        for number in range(12)
        for label in ("lift", "light")
    ]
    with pytest.raises(Misconfigured, match="'lift', 'light'"):
        train(rows, tmp_path / "pack", Options())


def test_published_files_are_written_where_an_installed_gateway_may_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "README", tmp_path / "site-packages" / "README.md")
    monkeypatch.setattr(published, "FOLDER", tmp_path / "site-packages" / "published")
    monkeypatch.chdir(tmp_path)
    ended = CliRunner().invoke(schemas, ["export"])
    assert ended.exit_code == 0, ended.output
    assert (tmp_path / "published" / "asyncapi.yaml").is_file()
    assert not (tmp_path / "site-packages").exists()
