"""All lines of a lexicon as one automaton over token ids: texts are walked once, whatever the number of phrases.

spaCy's PhraseMatcher wants every phrase spelled out, which alternatives multiply beyond memory; its Matcher knows
alternatives and is ten times slower than the tokenizer. Lines are short, so a walk from each token ends after a word
or two: linear in the text, with the longest line as the factor. All walks of a batch of texts go in step.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from classifiers.lexicon import grammar
from classifiers.lexicon.sieve import Sieve
from classifiers.lexicon.steps import NOWHERE, Ids, Ints, Steps

Tokenise = Callable[[str], list[int]]
"""A written word to the ids of its tokens."""

_ANY = -1


@dataclass(frozen=True, slots=True)
class Matches:
    """Tokens `starts` to `ends` (exclusive) match a line with the label of the same place."""

    labels: Ints
    starts: Ints
    ends: Ints


@dataclass(slots=True)
class _Node:
    """A state of the deterministic automaton: where each id leads, where any other leads, what ends here."""

    number: int
    labels: tuple[int, ...]
    onward: dict[int, "_Node"] = field(default_factory=dict)
    otherwise: "_Node | None" = None


class Automaton:
    """Built once from lines, then only read."""

    def __init__(self, lines: Iterable[tuple[grammar.Sequence, int]], tokenise: Tokenise) -> None:
        chart = _Chart(tokenise)
        for tree, label in lines:
            for state in chart.extend(tree, {0}) - {0}:
                chart.labels.setdefault(state, set()).add(label)
        nodes: dict[frozenset[int], _Node] = {}
        first = _determined(frozenset({0}), chart, nodes).onward
        self._sieve = Sieve(
            (word for word, node in first.items() if node.labels or node.otherwise is not None),
            [(word, following) for word, node in first.items() for following in node.onward],
        )
        self._speaking = _Speaking([node.labels for node in nodes.values()])
        self._otherwise = np.array(
            [node.otherwise.number if node.otherwise else NOWHERE for node in nodes.values()], np.int64
        )
        self._first_steps = _steps([_Node(0, (), first)])
        self._steps = _steps(list(nodes.values())[1:])

    def matches(self, ids: Ids, ends: Ints) -> Matches:
        """For each place where lines match: the longest match of each label; places ascend.

        `ids` may hold several documents end to end; `ends` says for each token where its document ends.
        """
        starts = self._sieve.places(ids)
        heard: list[Matches] = []
        states, places = self._first_steps.after(np.zeros(len(starts), np.int64), ids[starts]), starts.copy()
        while True:
            alive = np.flatnonzero(states != NOWHERE)
            starts, places, states = starts[alive], places[alive] + 1, states[alive]
            heard.append(self._speaking.said(states, starts, places))
            inside = np.flatnonzero(places < ends[starts])
            if not len(inside):
                return _longest(heard)
            starts, places, states = starts[inside], places[inside], states[inside]
            onward = self._steps.after(states, ids[places])
            states = np.where(onward == NOWHERE, self._otherwise[states], onward)


class _Speaking:
    """What ends in each state: its labels one behind the other, where they begin and how many they are."""

    def __init__(self, labels: Sequence[tuple[int, ...]]) -> None:
        self._counts = np.array([len(some) for some in labels], np.int64)
        self._firsts = np.cumsum(self._counts) - self._counts
        self._labels = np.array([label for some in labels for label in some], np.int64)

    def said(self, states: Ints, starts: Ints, places: Ints) -> Matches:
        """One match for each label of each state; `places` is where the walks are."""
        speaking = np.flatnonzero(self._counts[states])
        counts = self._counts[states[speaking]]
        which = np.repeat(self._firsts[states[speaking]] - np.cumsum(counts) + counts, counts)
        labels = self._labels[which + np.arange(len(which))]
        again = np.repeat(speaking, counts)
        return Matches(labels, starts[again], places[again])


def _longest(heard: Sequence[Matches]) -> Matches:
    """Of several matches of one label at one place the last that was heard: walks go on in step."""
    labels, starts, ends = (
        np.concatenate([getattr(matches, column) for matches in heard]) for column in Matches.__slots__
    )
    order = np.lexsort((ends, labels, starts))
    labels, starts, ends = labels[order], starts[order], ends[order]
    last = np.ones(len(order), bool)
    last[:-1] = (labels[1:] != labels[:-1]) | (starts[1:] != starts[:-1])
    return Matches(labels[last], starts[last], ends[last])


def _steps(nodes: Iterable[_Node]) -> Steps:
    edges = [(node.number, word, to.number) for node in nodes for word, to in node.onward.items()]
    return Steps(*zip(*edges, strict=True)) if edges else Steps((), (), ())


def _determined(states: frozenset[int], chart: "_Chart", nodes: dict[frozenset[int], _Node]) -> _Node:
    if states in nodes:
        return nodes[states]
    labels = sorted({label for state in states for label in chart.labels.get(state, ())})
    node = nodes[states] = _Node(len(nodes), tuple(labels))
    steps: dict[int, set[int]] = {}
    for state in states:
        for word, targets in chart.edges.get(state, {}).items():
            steps.setdefault(word, set()).update(targets)
    anywhere = steps.pop(_ANY, set())
    for word, targets in steps.items():
        node.onward[word] = _determined(frozenset(targets | anywhere), chart, nodes)
    if anywhere:
        node.otherwise = _determined(frozenset(anywhere), chart, nodes)
    return node


class _Chart:
    """The automaton before it is made deterministic: edges by state and token id."""

    def __init__(self, tokenise: Tokenise) -> None:
        self.edges: dict[int, dict[int, set[int]]] = {}
        self.labels: dict[int, set[int]] = {}
        self._tokenise = tokenise
        self._states = 1

    def extend(self, tree: grammar.Sequence, sources: set[int]) -> set[int]:
        """Add a sequence behind `sources`; returns the states in which it has ended."""
        for part in tree.parts:
            sources = self._part(part, sources)
        return sources

    def _part(self, part: "grammar.Word | grammar.Gap | grammar.Choice", sources: set[int]) -> set[int]:
        if isinstance(part, grammar.Word):
            for token in self._tokenise(part.text):
                sources = {self._edge(sources, token)}
            return sources
        if isinstance(part, grammar.Gap):
            reached = set(sources)
            for _ in range(grammar.GAP_WORDS):
                sources = {self._edge(sources, _ANY)}
                reached |= sources
            return reached
        ends = {end for option in part.options for end in self.extend(option, sources)}
        return ends | sources if part.optional else ends

    def _edge(self, sources: set[int], token: int) -> int:
        target = self._states
        self._states += 1
        for source in sources:
            self.edges.setdefault(source, {}).setdefault(token, set()).add(target)
        return target
