"""The largest sum of money that a text names."""

import re

_AMOUNT = r"(\d{1,3}(?:[,.' ]\d{3}){1,5}|\d{1,12})(?:[.,]\d{1,2})?"
_SIGN_FIRST = re.compile(rf"[$€£¥]\s?{_AMOUNT}(?!\d)")
_WORD_AFTER = re.compile(rf"{_AMOUNT}\s?(?:[€£]|(?:dollars|euros?|pounds|usd|eur|gbp)\b)", re.IGNORECASE)
_WORDS = ("€", "£", "dollar", "euro", "pound", "usd", "eur", "gbp")


def largest_sum(text: str) -> float:
    """The largest amount named with a currency, in whole units; 0.0 when there is none."""
    found = _SIGN_FIRST.findall(text)
    lower = text.lower()
    if any(word in lower for word in _WORDS):
        found += _WORD_AFTER.findall(text)
    return max((float(re.sub(r"\D", "", amount)) for amount in found), default=0.0)
