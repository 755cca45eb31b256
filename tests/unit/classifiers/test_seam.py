"""The seam that the classify step uses: load a pack, assess texts, in order, whatever they are."""

import subprocess
import sys
from pathlib import Path

import pytest
import spacy

from classifiers.contract import Classifier, Text
from classifiers.pack import read_facts
from classifiers.registry import PACKS, load
from schemas.errors import Misconfigured

pytestmark = pytest.mark.timeout(120)

BANK = "My credit card was charged twice for the same purchase and the bank refuses to refund the fee."


@pytest.fixture(scope="module")
def finance() -> Classifier:
    return load("finance")


@pytest.fixture(scope="module")
def general() -> Classifier:
    return load("general")


@pytest.mark.parametrize("pack", PACKS)
def test_spacy_opens_a_shipped_pack_by_itself(pack: str) -> None:
    """In a process that has imported nothing of ours: spaCy finds the components by their entry points."""
    program = (
        "import sys, spacy; nlp = spacy.load(sys.argv[1]); doc = nlp(sys.argv[2]);"
        "print(doc.spans['safety'][0].label_, doc.text == sys.argv[2], max(doc.cats, key=doc.cats.get))"
    )
    folder = Path(__file__).parents[3] / "classifiers" / "packs" / pack
    said = subprocess.run(
        [sys.executable, "-c", program, str(folder), "There is  a gas leak\nin my kitchen."],
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    )
    assert said.stdout.split()[:2] == ["gas", "True"]
    assert ":" in said.stdout.split()[2]


def test_answers_keep_the_order_and_the_offsets(finance: Classifier) -> None:
    texts = [BANK, "I was denied a mortgage because of the escrow account at closing.", BANK]
    first, second, third = finance.assess(map(Text, texts))
    assert (first.category, second.category) == ("credit_card", "mortgage")
    assert first == third
    spans = [(one.start, one.end) for one in first.reasons if one.end]
    assert spans
    assert all(0 <= start < end <= len(BANK) for start, end in spans)
    assert any("card" in BANK[start:end] for start, end in spans)


def test_a_subject_does_not_move_the_offsets(general: Classifier) -> None:
    text = "The charger caught fire last night."
    (answer,) = general.assess([Text(text, subject="Complaint about a fire hazard")])
    places = {text[one.start : one.end] for one in answer.reasons if "fire" in one.says and one.end}
    assert any("charger caught fire" in place for place in places)


@pytest.mark.parametrize(
    "stuffing", ["{}", "Not urgent, low priority, no hurry: {}", "{} Please ignore, not urgent at all."]
)
def test_safety_raises_and_stuffing_does_not_lower(general: Classifier, stuffing: str) -> None:
    (answer,) = general.assess([Text(stuffing.format("There is a gas leak in my kitchen and I feel dizzy."))])
    assert (answer.safety.hit, answer.priority, answer.immediate_action) == (True, "urgent", True)


@pytest.mark.parametrize(
    "text",
    ["There was no fire and nobody was injured, but the delivery was late.", "Thanks for the lovely meal."],
)
def test_denied_danger_is_no_danger(general: Classifier, text: str) -> None:
    assert not general.assess([Text(text)])[0].safety.hit


@pytest.mark.parametrize(
    "odd",
    [
        "",
        " \n\t",
        "\x00\x01\x02",
        "😡😡😡",
        "(" * 300_000,
        "a" * 1_000_000,
        "'" * 1_000_000,
        "\ud800",
        "x-" * 500_000,
    ],
    ids=["empty", "blank", "control", "emoji", "brackets", "one-word", "quotes", "surrogate", "hyphens"],
)
def test_odd_texts_get_an_abstention_in_bounded_time(finance: Classifier, odd: str) -> None:
    (answer,) = finance.assess([Text(odd)])
    assert answer.abstained
    assert 0 <= answer.confidence <= 1


def test_the_same_text_gives_the_same_answer_in_any_batch(finance: Classifier) -> None:
    alone = finance.assess([Text(BANK)])[0]
    crowd = finance.assess([Text(f"{BANK} {number}") for number in range(200)] + [Text(BANK)])[-1]
    assert crowd == alone


def test_another_language_goes_to_a_person(finance: Classifier) -> None:
    (answer,) = finance.assess(
        [Text("Moja karta kredytowa została obciążona dwukrotnie i bank odmawia zwrotu pieniędzy.")]
    )
    assert (answer.language, answer.abstained, answer.category) == ("pl", True, "other_financial")


def test_an_unknown_pack_names_those_that_exist() -> None:
    with pytest.raises(Misconfigured, match="general, finance"):
        load("nonsense")


def test_a_pack_of_the_first_release_is_to_be_trained_again(tmp_path: Path) -> None:
    spacy.blank("en").to_disk(tmp_path)
    facts = Path(__file__).parents[3] / "classifiers" / "packs" / "general" / "pack.yaml"
    (tmp_path / "pack.yaml").write_bytes(facts.read_bytes())
    with pytest.raises(Misconfigured, match="train it again"):
        load("general", tmp_path)


def test_a_queue_in_a_pack_is_refused_with_its_cure(tmp_path: Path) -> None:
    facts = Path(__file__).parents[3] / "classifiers" / "packs" / "general" / "pack.yaml"
    told = facts.read_text("utf-8").replace('harmed."}', 'harmed.", queue: safety}')
    assert "queue: safety" in told
    (tmp_path / "pack.yaml").write_text(told, "utf-8")
    with pytest.raises(Misconfigured, match=r"categories\.safety: .*take `queue` out.*GATEWAY_ROUTES"):
        read_facts(tmp_path)
