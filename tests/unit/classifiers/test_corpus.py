"""The written corpus: what its checks find, how batches are brought in, and that what is here is sound."""

from pathlib import Path

import pytest

from classifiers.corpus.agreement import agreement, kappa
from classifiers.corpus.bring import bring
from classifiers.corpus.check import problems_of
from classifiers.corpus.runs import runs_of
from classifiers.corpus.settle import settle
from classifiers.corpus.store import read_corpus, read_labels, settled_labels, write_labels
from classifiers.corpus.text import Label

_LINE = "retail\tmail\tpolite\t{scene}\t{kind}\t{category}\t-\t{hazards}\thigh\t{text}"


def _raw(folder: Path, batch: str, *lines: dict[str, str]) -> None:
    file = folder / batch
    file.parent.mkdir(parents=True, exist_ok=True)
    plain = {"kind": "complaint", "category": "other", "hazards": "-"}
    told = [
        _LINE.format(**(plain | {"scene": f"scene-{place}-{batch[:2]}"} | line))
        for place, line in enumerate(lines)
    ]
    file.write_text("\n".join(told) + "\n", "utf-8")


def test_what_is_here_is_sound() -> None:
    wanting = ("not 60", "agreement on", "share their scenario")
    assert [one for one in problems_of() if not any(what in one for what in wanting)] == []


def test_batches_come_in_once_however_often_they_are_brought(tmp_path: Path) -> None:
    raw, home = tmp_path / "raw", tmp_path / "home"
    danger = {
        "text": "Long story. ⟦It burnt him.⟧ And so on.",
        "category": "safety",
        "hazards": "fire,injury",
    }
    _raw(raw, "de/train.danger-1.aunt.tsv", danger, {"text": "Zu spät"})
    for _ in range(2):
        assert bring(raw, home=home) == []
    first, second = read_corpus("train", home=home)
    assert first.text[slice(*first.written.danger or (0, 0))] == "It burnt him."
    assert first.label.hazards == {"fire", "injury"}
    assert (second.written.language, second.written.danger) == ("de", None)


def test_what_was_settled_survives_and_holds(tmp_path: Path) -> None:
    raw, home, seconds = tmp_path / "raw", tmp_path / "home", tmp_path / "second"
    _raw(raw, "de/train.near-1.aunt.tsv", {"text": "Was soll das"})
    seconds.mkdir()
    (seconds / "de.tsv").write_text("train.near-1.aunt.tsv\t1\tenquiry\tother\t-\tlow\n", "utf-8")
    assert bring(raw, seconds, home) == []
    assert any("differ" in one for one in problems_of(home))
    (id_,) = read_labels("second", "de", home)
    write_labels("settled", "de", {id_: Label("enquiry", "other", frozenset(), "low")}, home)
    assert bring(raw, seconds, home) == []
    assert settled_labels("de", home)[id_].kind == "enquiry"
    assert not any("differ" in one for one in problems_of(home))


def test_what_nobody_settled_is_settled_by_the_writer_s_word_and_once(tmp_path: Path) -> None:
    raw, home, seconds = tmp_path / "raw", tmp_path / "home", tmp_path / "second"
    _raw(
        raw,
        "de/train.near-1.aunt.tsv",
        {"text": "Was soll das", "category": "invoice"},
        {"text": "Nie wieder"},
    )
    seconds.mkdir()
    told = "train.near-1.aunt.tsv\t1\tenquiry\trefusal\t-\tlow\ntrain.near-1.aunt.tsv\t2\tcomplaint\tother\t-\tlow\n"
    (seconds / "de.tsv").write_text(told, "utf-8")
    assert bring(raw, seconds, home) == []
    assert list(settle(home)) == ["de: 1 settled, 0 stand as they were"]
    assert list(settle(home)) == ["de: 0 settled, 1 stand as they were"]
    (label,) = read_labels("settled", "de", home).values()
    assert (label.kind, label.category, label.second) == ("complaint", "invoice", "refusal")
    assert not any("differ" in one for one in problems_of(home))


@pytest.mark.parametrize(
    "line",
    [
        {"hazards": "fire"},
        {"category": "safety"},
        {"text": "No harm ⟦here⟧"},
        {"text": "Two ⟦marks", "category": "safety", "hazards": "fire"},
    ],
)
def test_labels_that_contradict_each_other_are_not_read(tmp_path: Path, line: dict[str, str]) -> None:
    _raw(tmp_path / "raw", "xx/train.near-1.one.tsv", {"text": "a good line"}, {"text": "b"} | line)
    (problem,) = bring(tmp_path / "raw", home=tmp_path / "home")
    assert "line 2" in problem


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("he never came back to me", "and He never came, back to me!", "shares"),
        ("昨日から水が出ません困っています", "ええと昨日から水が出ません、困っています", "shares"),
        ("quite another thing went wrong", "nothing of the kind here", None),
    ],
)
def test_texts_that_share_a_run_are_refused(
    tmp_path: Path, first: str, second: str, found: str | None
) -> None:
    _raw(tmp_path / "raw", "fr/train.near-1.one.tsv", {"text": first})
    _raw(tmp_path / "raw", "xx/train.near-1.two.tsv", {"text": second})
    problems = bring(tmp_path / "raw", home=tmp_path / "home")
    assert any("shares" in one for one in problems) is bool(found)
    assert len(read_corpus("train", home=tmp_path / "home")) == (1 if found else 2)


def test_a_near_copy_in_the_other_split_is_refused(tmp_path: Path) -> None:
    _raw(
        tmp_path / "raw",
        "xx/train.near-1.one.tsv",
        {"text": "The door jams, the bell sticks, the roof leaks."},
    )
    _raw(tmp_path / "raw", "xx/test.near-1.two.tsv", {"text": "The door jams. Bell sticks; the roof leaks"})
    home = tmp_path / "home"
    assert any("near copy" in one for one in bring(tmp_path / "raw", home=home))
    assert [one.written.split for split in ("train", "test") for one in read_corpus(split, home=home)] == [
        "test"
    ]


def test_scenarios_are_each_language_s_own(tmp_path: Path) -> None:
    for language in ("xx", "yy"):
        _raw(
            tmp_path / "raw",
            f"{language}/train.near-1.one.tsv",
            {"text": f"{language} a", "scene": "same-thing"},
        )
    bring(tmp_path / "raw", home=tmp_path / "home")
    assert any("scenario" in one for one in problems_of(tmp_path / "home"))


def test_lines_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    _raw(tmp_path / "raw", "xx/train.near-1.one.tsv", {"text": "a", "kind": "rant"}, {"text": "b\tc"})
    problems = bring(tmp_path / "raw", home=tmp_path / "home")
    assert [one.partition(":")[0] for one in problems] == [
        "xx/train.near-1.one.tsv, line 1",
        "xx/train.near-1.one.tsv, line 2",
    ]


def test_kappa_is_cohen_s() -> None:
    """The worked example of 50 grant proposals: 20 both yes, 15 both no, 5 and 10 apart."""
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert kappa([a for a, _ in pairs], [b for _, b in pairs]) == pytest.approx(0.4)


def test_a_second_category_is_no_disagreement() -> None:
    first = {
        "a": Label("complaint", "invoice", frozenset(), "low", "refusal"),
        "b": Label("praise", "other", frozenset(), "low"),
    }
    second = {
        "a": Label("complaint", "refusal", frozenset(), "low"),
        "b": Label("praise", "other", frozenset(), "low"),
    }
    assert agreement(first, second)["category"] == (1.0, 2)


def test_runs_ignore_case_and_marks() -> None:
    assert runs_of("One, two three FOUR five six!") == {"one two three four five six"}
