"""Base64 bodies are decoded, words and keys that look alike are not."""

import base64

import pytest

from channels.sms.bodies import decoded

SENTENCE = "Seit drei Wochen warte ich auf die Rückzahlung – niemand antwortet"


def test_a_base64_text_is_decoded() -> None:
    assert decoded(base64.b64encode(SENTENCE.encode()).decode()) == SENTENCE


def test_a_character_cut_at_the_end_is_dropped() -> None:
    cut = base64.b64encode((SENTENCE + " …").encode()[:-1]).decode()
    assert decoded(cut) == SENTENCE + " "


@pytest.mark.parametrize(
    "body",
    [
        "The parcel never arrived and nobody answers the telephone",
        "A" * 80,
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
        base64.b64encode(bytes(range(256))).decode(),
        base64.b64encode(b"short text").decode(),
    ],
)
def test_what_the_person_wrote_stays(body: str) -> None:
    assert decoded(body) is None
