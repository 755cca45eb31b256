"""As much CSS as tells what a reader does not see: declarations, simple rules of `<style>`, colours."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

MOST_STYLE = 200_000
_LONG = 4000
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?|\\(.)")
_SIMPLE = re.compile(r"^(?:[a-z][a-z0-9]*)?(?:[.#][\w-]+)?$")
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:[\s,/]+([\d.]+)(%?))?\s*\)")
_NAMED = {
    "white": (255, 255, 255),
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "whitesmoke": (245, 245, 245),
    "black": (0, 0, 0),
    "red": (255, 0, 0),
    "blue": (0, 0, 255),
    "green": (0, 128, 0),
    "yellow": (255, 255, 0),
    "gray": (128, 128, 128),
    "grey": (128, 128, 128),
    "silver": (192, 192, 192),
    "navy": (0, 0, 128),
}
Colour = tuple[int, int, int]


@dataclass(slots=True)
class Sheet:
    """Declarations by simple selector (`.x`, `#x`, `p`, `p.x`). `grounds`: other selectors paint backgrounds too."""

    rules: dict[str, dict[str, str]] = field(default_factory=dict)
    grounds: bool = False


def declarations(style: str) -> dict[str, str]:
    """`color: WHITE !important` as {"color": "white"}; escapes and comments undone; the last one counts."""
    text = _ESCAPE.sub(_meant, _without_comments(style[:_LONG]))
    pairs = (piece.partition(":") for piece in text.split(";"))
    return {
        name.strip().lower(): " ".join(value.lower().replace("!important", "").split())
        for name, _, value in pairs
        if value.strip()
    }


def sheet(text: str) -> Sheet:
    """The rules that hold everywhere; what stands under a condition (`@media`) hides nothing."""
    found = Sheet()
    for block in _without_conditions(_without_comments(text[:MOST_STYLE])).split("}"):
        selectors, _, body = block.partition("{")
        told = declarations(body)
        for selector in selectors.split(","):
            name = selector.strip().lower()
            if _SIMPLE.match(name):
                found.rules.setdefault(name, {}).update(told)
            elif any(one.startswith("background") for one in told):
                found.grounds = True
    return found


def colour(value: str) -> Colour | None:
    """The colour, None for one that is not known; `transparent` is told by `alpha`."""
    value = value.strip().lower()
    if value in _NAMED:
        return _NAMED[value]
    digits = value.removeprefix("#")
    if value.startswith("#") and len(digits) in (3, 6) and all(one in "0123456789abcdef" for one in digits):
        full = digits if len(digits) == 6 else "".join(one * 2 for one in digits)
        return int(full[:2], 16), int(full[2:4], 16), int(full[4:], 16)
    found = _RGB.fullmatch(value)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def transparent(value: str) -> bool:
    """Nothing is to be seen of it."""
    found = _RGB.fullmatch(value.strip().lower())
    return value.strip().lower() == "transparent" or bool(
        found and found[4] and float(found[4].strip(".") or 0) == 0
    )


def ground(told: Mapping[str, str]) -> str:
    """What a declaration paints behind the words; `""` for nothing. A picture is no colour."""
    return told.get("background-color") or told.get("background", "")


def _without_comments(text: str) -> str:
    kept = [piece.partition("*/")[2] for piece in text.split("/*")[1:]]
    return "".join([text.partition("/*")[0], *kept])


def _meant(escape: re.Match[str]) -> str:
    code = int(escape[1], 16) if escape[1] else 0
    return (chr(code) if 0 < code < 0xD800 else "\ufffd") if escape[1] else escape[2]


def _without_conditions(text: str) -> str:
    """Without the blocks of at-rules, which hold other blocks."""
    kept, depth, skipping, start = [], 0, False, 0
    for found in re.finditer(r"[{}]", text):
        if found.group() == "{":
            if depth == 0 and "@" in text[start : found.start()]:
                skipping = True
            depth += 1
        else:
            depth = max(0, depth - 1)
            if depth == 0:
                kept.append("" if skipping else text[start : found.end()])
                start, skipping = found.end(), False
    return "".join(kept)
