"""The largest sum of money that a text names."""

import re

_SUM = re.compile(
    r"[$€£¥]\s?(\d{1,3}(?:[,.' ]\d{3})+|\d{1,12})(?:[.,]\d{1,2})?(?!\d)"
    r"|(\d{1,3}(?:[,.' ]\d{3})+|\d{1,12})(?:[.,]\d{1,2})?\s?(?:[€£]|(?:dollars|euros?|pounds|usd|eur|gbp)\b)",
    re.IGNORECASE,
)
_SIGNS = re.compile(r"[$€£¥]|dollar|euro|pound|usd|eur|gbp", re.IGNORECASE)


def largest_sum(text: str) -> float:
    """The largest amount named with a currency, in whole units; 0.0 when there is none."""
    if not _SIGNS.search(text):
        return 0.0
    whole = (first or second for first, second in _SUM.findall(text))
    return max((float(re.sub(r"\D", "", amount)) for amount in whole), default=0.0)
