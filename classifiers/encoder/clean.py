"""A passage as the encoder reads it: no half characters, no endless runs, and words for signs that it never learnt."""

import re

_LETTERS = re.compile(r"([^\W\d_])\1{3,}")
_MARKS = re.compile(r"([^\w\s])\1{2,}")
_DIGITS = re.compile(r"\d{12,}")
_UNREADABLE = re.compile(r"[\ud800-\udfff\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe0e\ufe0f\ufeff]")
_NO_BREAK = 60
_ENDLESS = re.compile(rf"\S{{{_NO_BREAK},}}")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\w+")
_SIGNS = {
    "angry": "😠😡🤬👿😤💢🖕",
    "terrible": "👎🤮🤢💩😾",
    "sad": "😞😢😭😔😟🙁☹😩😫😿💔",
    "great": "👍👌👏🙌💪🥳🎉🌟⭐💯✨",
    "love": "❤♥😍🥰😘💕💖🧡💛💚💙💜🤍💗💓💞💝😻",
    "thanks": "🙏🤗💐🌹",
    "happy": "😀😃😄😁😊🙂😎😇😋☺",
    "funny": "😂🤣😆😅😹",
    "annoyed": "🙄😒😑😐🤦🤷😬",
    "afraid": "😨😰😱😖😧😦",
    "warning": "⚠🚨🆘☠💀",
    "fire": "🔥",
}
"""Signs that the encoder does not know, by the word that is read for them."""
_WORD_OF = {sign: f" {word} " for word, signs in _SIGNS.items() for sign in signs}
_SIGN = re.compile(f"[{''.join(_WORD_OF)}]")


def cleaned(passage: str) -> str:
    """The passage for the tokenizer; "" when nothing is left."""
    text = passage
    if not text.isascii():
        text = _UNREADABLE.sub("", text)
        text = _SIGN.sub(lambda found: _WORD_OF[found.group()], _runs_of_signs(text))
    text = _ADDRESS.sub(" ", text)
    text = _MARKS.sub(r"\1\1", _LETTERS.sub(r"\1\1", _DIGITS.sub("0", text)))
    return _ENDLESS.sub(_shortened, text).replace("#", " ").strip()


def _runs_of_signs(text: str) -> str:
    return re.sub(f"([{''.join(_WORD_OF)}])\\1+", r"\1", text)


def _shortened(found: re.Match[str]) -> str:
    stretch = found.group()
    return stretch if _UNSPACED.search(stretch) else stretch[:_NO_BREAK]
