"""The language of a text, from its script, CLD2 where that is sure, and langid among the languages served otherwise.

CLD2 (Apache 2.0) through pycld2, py3langid (BSD). Handles and addresses say nothing of a language and are left out.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import pycld2  # type: ignore[import-untyped]
from py3langid.langid import MODEL_FILE, LanguageIdentifier

SERVED = (
    *(
        "en",
        "de",
        "es",
        "fr",
        "it",
        "pt",
        "nl",
        "pl",
        "ru",
        "uk",
        "tr",
        "ar",
        "he",
        "fa",
        "th",
        "zh",
        "ja",
        "ko",
        "hi",
    ),
    *("vi", "sv", "da", "no", "fi", "cs", "el", "ro", "hu", "id", "bg", "hr", "sk", "sl"),
)
HOME = "en"
"""The language of a few letters that every language has ("No.", "ok", a name)."""
_LITTLE_WORDS = (
    "the and that with have this they was from would which their been were are your because there these when what "
    "could should who how them then than about after before other only just very where while it"
)
_LITTLE = frozenset(_LITTLE_WORDS.split())
_MANY, _SORTS = 8, 4
"""At least every eighth word, and so many different ones."""
_LOOKED_AT = 300
_TELLING = 16
_MIDDLING = 80
"""In fewer characters CLD2 takes a sentence with accents for English, which has none."""
_SHORT, _SURE, _CERTAIN = 40, 0.72, 0.95
"""Under so many characters langid is right more often than CLD2, and neither knows a language that it only guesses."""
_NOISE_BUT = r"https?://\S+|www\.\S+|{}#\w+|\bX{{2,}}\b(?:/X{{2,}})*|[\d{{}}$]+"
_NOISE = re.compile(_NOISE_BUT.format(r"\S+@\S+|@\w+|"))
_NOISE_WITHOUT_AT = re.compile(_NOISE_BUT.format(""))
"""The same for a text in which no "@" occurs: looking for one from every letter takes most of the time."""
_SCRIPTS = {"THAI": "th", "HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko", "HEBREW": "he", "GREEK": "el"}
_OWN_SCRIPT = re.compile(r"[\u0370-\u03ff\u0590-\u05ff\u0e00-\u0e7f\u3040-\u30ff\uac00-\ud7af]")


def language_of(text: str, hint: str = "") -> str:
    """ISO 639-1 code, or "" when there is nothing to tell it by: no letters, or a few that are of no language.

    `hint` (what the channel or form said) decides only where the text itself has no letters.
    """
    opening = text[:_LOOKED_AT]
    if _plainly_home(opening):
        return HOME
    bare = " ".join((_NOISE if "@" in opening else _NOISE_WITHOUT_AT).sub(" ", opening).split())
    if not any(map(str.isalpha, bare)):
        return hint
    return _by_script(bare) or _by_words(bare)


def _plainly_home(text: str) -> bool:
    """Whether English little words are many, and of many sorts: no other language has them, and nothing is quicker."""
    words = text.lower().split()
    if len(_LITTLE.intersection(words)) < _SORTS:
        return False
    return _MANY * sum(map(_LITTLE.__contains__, words)) >= len(words)


def _by_script(text: str) -> str:
    """A script that one language alone writes in, when it makes up most of the letters."""
    if text.isascii() or not _OWN_SCRIPT.search(text):
        return ""
    letters = [unicodedata.name(one, "").partition(" ")[0] for one in text if one.isalpha()]
    script = max(_SCRIPTS, key=letters.count)
    share = letters.count(script)
    if _SCRIPTS[script] == "ja" or letters.count("KATAKANA"):
        return "ja" if letters.count("HIRAGANA") + letters.count("KATAKANA") else ""
    return _SCRIPTS[script] if 2 * share >= len(letters) else ""


def _by_words(text: str) -> str:
    printable = text if text.isprintable() else "".join(one if one.isprintable() else " " for one in text)
    try:
        reliable, _, details = pycld2.detect(printable.encode("utf-8", "ignore"), bestEffort=True)
    except pycld2.error:
        reliable, details = False, ()
    code = details[0][1].partition("-")[0] if details else ""
    accented = len(text) < _MIDDLING and any(one.isalpha() and not one.isascii() for one in text)
    if reliable and code in SERVED and len(text) >= _SHORT and not (code == HOME and accented):
        return str(code)
    likely, share = _identifier(SERVED).classify(printable)
    if len(text) < _TELLING and text.isascii() and (share < _CERTAIN or " " not in text):
        return HOME
    if len(text) >= _SHORT or share >= _SURE:
        return str(likely)
    return str(code) if reliable and code in SERVED else ""


@lru_cache(maxsize=2)
def _identifier(languages: Sequence[str]) -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(languages))
    return identifier
