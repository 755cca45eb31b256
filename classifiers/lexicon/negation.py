"""Is a phrase denied by the words before it? Strict on purpose: stuffing must not talk a danger away.

A denial counts only when nothing but small words stands between it and the phrase: "no serious injuries" and "was
not involved in an accident" are denials; "not urgent, gas leak" and "low priority, do not hurry, smoke" are not.
"""

from collections.abc import Callable, Sequence

WINDOW = 6
"""Words before a phrase that are looked at."""
_DENIALS = (
    "no not n't nt never without nobody none neither nor zero cannot non kein keine keinen keiner nicht ohne nie "
    "niemand sin nunca nadie ningún ninguna"
)
_SMALL = (
    "a an any anyone anybody one was were is are be been being had has have having get got getting in the of or and "
    "really actually yet ever involved involve reported suffered suffer sustained serious major visible sign signs "
    "risk danger fear known other further physical real case cases evidence report reports there it this that "
    "he she we they i you my our his her their wurde wurden es gab ist sind verletzt zu hay hubo ha han sido"
)


class Negation:
    """Knows the ids of denying and of small words."""

    def __init__(self, tokenise: Callable[[str], list[int]]) -> None:
        self._denials = frozenset(tokenise(_DENIALS))
        self._small = frozenset(tokenise(_SMALL))

    def denied(self, before: Sequence[int]) -> bool:
        """Whether a phrase is denied by the words before it, given in the order of the text."""
        for word in reversed(before[-WINDOW:]):
            if word in self._denials:
                return True
            if word not in self._small:
                return False
        return False
