"""Is a phrase denied by the words before it? Strict on purpose: stuffing must not talk a danger away.

A denial counts only when nothing but small words stands between it and the phrase: "no serious injuries" and "was
not involved in an accident" are denials; "not urgent, gas leak" and "low priority, do not hurry, smoke" are not.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from classifiers.lexicon.steps import Ids, Ints

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
        self._denials = np.array(sorted(set(tokenise(_DENIALS))), np.uint64)
        self._small = np.array(sorted(set(tokenise(_SMALL))), np.uint64)

    def denied(self, ids: Ids, starts: Ints, begins: Ints) -> NDArray[np.bool_]:
        """Whether phrases are denied by the words before them.

        `ids` may hold several documents end to end; each phrase starts at a place of `starts`, its document at the
        same one of `begins`.
        """
        denied = np.zeros(len(starts), bool)
        asking = np.arange(len(starts))
        for back in range(1, WINDOW + 1):
            asking = asking[starts[asking] - back >= begins[asking]]
            if not len(asking):
                break
            words = ids[starts[asking] - back]
            said = _among(words, self._denials)
            denied[asking[said]] = True
            asking = asking[~said & _among(words, self._small)]
        return denied


def _among(words: Ids, known: Ids) -> NDArray[np.bool_]:
    places = np.minimum(np.searchsorted(known, words), len(known) - 1)
    return np.asarray(known[places] == words)
