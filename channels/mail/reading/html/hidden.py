"""What a page holds and a reader surely does not see: hidden by attribute, by CSS, or of its ground's own colour."""

import re
from collections.abc import Mapping

from selectolax.lexbor import LexborNode

from channels.mail.reading.html import css
from channels.mail.reading.html.css import Colour, Sheet

_NOTHING = re.compile(r"^0*\.?0*(?:px|pt|em|rem|%|cm|mm|ex|ch|vw|vh)?$")
_SMALL = re.compile(r"^(?:0*(?:1|0)?(?:\.\d+)?(?:px|pt)|0?\.\d+(?:px|pt)|[1-9]%|0?\.0\d*r?em)$")
_AWAY = re.compile(r"^-\d{3,}")
_WHITE: Colour = (255, 255, 255)
_ALIKE = 8
_ANCESTORS = 60


def hidden(node: LexborNode, sheet: Sheet) -> bool:
    """Not shown to a reader, whatever program shows it."""
    attributes = node.attributes
    if not attributes:
        return False
    if "hidden" in attributes:
        return True
    told = _style(node, sheet)
    if not told and not attributes.get("color"):
        return False
    return _taken_out(told) or _painted_over(node, told, sheet)


def _style(node: LexborNode, sheet: Sheet) -> Mapping[str, str]:
    """What the style sheet and the node's own style say of it; its own counts."""
    attributes = node.attributes
    told: dict[str, str] = {}
    if sheet.rules:
        tag = node.tag or ""
        named = [f".{one.lower()}" for one in (attributes.get("class") or "").split()[:20]]
        named += [f"#{attributes.get('id')}".lower()] if attributes.get("id") else []
        for name in (tag, *named, *(f"{tag}{one}" for one in named)):
            told.update(sheet.rules.get(name, {}))
    if attributes.get("style"):
        told.update(css.declarations(attributes["style"] or ""))
    return told


def _taken_out(told: Mapping[str, str]) -> bool:
    if told.get("display") == "none" or told.get("visibility") in ("hidden", "collapse"):
        return True
    if told.get("mso-hide") == "all" or _NOTHING.match(told.get("opacity", "1")):
        return True
    if _SMALL.match(told.get("font-size", "")) or _NOTHING.match(told.get("font-size", "1")):
        return True
    clipped = told.get("overflow") == "hidden"
    if clipped and any(
        _NOTHING.match(told[name]) for name in ("height", "max-height", "width", "max-width") if name in told
    ):
        return True
    away = any(_AWAY.match(told.get(name, "")) for name in ("text-indent", "left", "top", "margin-left"))
    return away or css.transparent(told.get("color", ""))


def _painted_over(node: LexborNode, told: Mapping[str, str], sheet: Sheet) -> bool:
    """Words in the colour of their ground, where both are known."""
    words = css.colour(told.get("color") or node.attributes.get("color") or "")
    if words is None:
        return False
    behind = _ground(node, told, sheet)
    return behind is not None and all(
        abs(one - other) <= _ALIKE for one, other in zip(words, behind, strict=True)
    )


def _ground(node: LexborNode, told: Mapping[str, str], sheet: Sheet) -> Colour | None:
    """The colour behind the words: the nearest that is painted, the page's white where nobody paints; None when that
    is not known."""
    here: LexborNode | None = node
    for _ in range(_ANCESTORS):
        if here is None:
            return None if sheet.grounds else _WHITE
        painted = css.ground(told) or here.attributes.get("bgcolor") or ""
        if "background" in here.attributes or "url(" in painted or "gradient" in painted:
            return None
        if painted and not css.transparent(painted) and painted not in ("none", "inherit", "initial"):
            return css.colour(painted)
        here = here.parent
        told = _style(here, sheet) if here is not None and here.tag and not here.tag.startswith("-") else {}
    return None
