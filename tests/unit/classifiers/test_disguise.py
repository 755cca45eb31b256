"""Dangers that are written oddly, bent or denied, in many languages: what the lexicon alone makes of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from classifiers.lexicon.component import FINDINGS
from classifiers.lexicon.folded import folded
from classifiers.pipeline import blank

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def shared() -> Language:
    return blank()


def _hazards(nlp: Language, text: str) -> set[str]:
    (doc,) = nlp.pipe([text])
    found = doc.user_data[FINDINGS]
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    return {one.group for one in found if one.kind == "safety" and not one.negated}


@pytest.mark.parametrize(
    ("text", "hazard"),
    [
        ("g a s   l e a k in flat 4", "gas"),
        ("G.A.S. L.E.A.K. at number nine", "gas"),
        ("there is a s m e l l  o f  g a s", "gas"),
        ("#gasleak #northstreet", "gas"),
        ("#GasLeak again", "gas"),
        ("#smellofgas on the stairs", "gas"),
        ("smell of gass in the stairs", "gas"),
        ("a gaz leek in the cellar", "gas"),
        ("i smell g@s", "gas"),
        ("gаs lеak", "gas"),
        ("ｇａｓ ｌｅａｋ", "gas"),
        ("carbonmonoxide alarm ringing", "gas"),
        ("There was an explosoin in the kitchen", "fire"),
        ("the charger expolded", "fire"),
    ],
)
def test_what_is_written_oddly_is_found(shared: Language, text: str, hazard: str) -> None:
    assert hazard in _hazards(shared, text)


@pytest.mark.parametrize(
    "text",
    [
        "I booked a b c class seats",
        "#gardenlake festival",
        "the glass leaked juice",
        "our class leader was late",
        "A4 paper, 3 boxes, 100% recycled!",
        "mail to jo@example.org or ring at 7pm",
        "I will explode if this form asks for my name again",
        "We nearly exploded when we read the letter",
        "My phone has blown up with messages from you",
    ],
)
def test_what_only_looks_odd_is_not(shared: Language, text: str) -> None:
    assert _hazards(shared, text) == set()


@pytest.mark.parametrize(
    ("text", "hazard"),
    [
        ("C'è puzza di gas in cantina da ieri sera", "gas"),
        ("Da un cheiro a gás nas escadas desde manhã", "gas"),
        ("Het ruikt hier sterk naar gas, we ruiken gas in de hal", "gas"),
        ("Na klatce schodowej czuć gaz od wczoraj", "gas"),
        ("Merdivenlerde gaz kokusu var, kimse gelmiyor", "gas"),
        ("В подъезде сильный запах газа", "gas"),
        ("في الدرج رائحة غاز منذ الصباح", "gas"),
        ("楼道里有很浓的煤气味", "gas"),
        ("廊下がガス臭いのですが", "gas"),
        ("सीढ़ियों में गैस की बदबू आ रही है", "gas"),
        ("Żelazko zaczęło dymić i iskrzyło", "fire"),
        ("Ütü patladı, perdeler tutuştu", "fire"),
        ("Утюг загорелся прямо в руках", "fire"),
        ("充电器突然冒烟", "fire"),
        ("ドライヤーから火花が散りました", "fire"),
        ("Ho preso la scossa toccando la lavatrice", "electricity"),
        ("Levei um choque na máquina de lavar", "electricity"),
        ("Çamaşır makinesine dokununca elektrik çarptı", "electricity"),
        ("वॉशिंग मशीन छूते ही करंट लगा", "electricity"),
        ("Nie chcę już żyć", "self_harm"),
        ("Ik wil dood, het hoeft niet meer", "self_harm"),
        ("もう死にたいです", "self_harm"),
    ],
)
def test_every_language_has_words_for_the_gravest(shared: Language, text: str, hazard: str) -> None:
    assert hazard in _hazards(shared, text)


@pytest.mark.parametrize(
    "text",
    [
        "Non c'è nessuna fuga di gas, ha detto il tecnico",
        "Er was geen gaslek, zei de monteur gisteren",
        "Nie było żadnego pożaru, tylko pomyłka w rachunku",
        "Gaz kaçağı yok dediler ama faturam yanlış geldi",
        "Газом не пахнет, утечки газа нет, только счёт неверный",
        "没有煤气泄漏，只是账单不对",
    ],
)
def test_what_is_denied_is_none(shared: Language, text: str) -> None:
    assert _hazards(shared, text) == set()


@given(st.text())
def test_a_folded_text_has_as_many_characters(text: str) -> None:
    assert len(folded(text)) == len(text)
