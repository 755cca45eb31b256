"""All lines of a lexicon as one automaton over token ids: a text is walked once, whatever the number of phrases.

spaCy's PhraseMatcher wants every phrase spelled out, which alternatives multiply beyond memory; its Matcher knows
alternatives and is ten times slower than the tokenizer. Lines are short, so a walk from each token ends after a word
or two: linear in the text, with the longest line as the factor.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from classifiers.lexicon import grammar
from classifiers.lexicon.sieve import Ids, Sieve

Tokenise = Callable[[str], list[int]]
"""A written word to the ids of its tokens."""

_ANY = -1


@dataclass(frozen=True, slots=True)
class Match:
    """Tokens `start` to `end` (exclusive) match a line with this label."""

    label: int
    start: int
    end: int


@dataclass(slots=True)
class _Node:
    """A state of the deterministic automaton: where each id leads, where any other leads, what ends here."""

    onward: dict[int, "_Node"] = field(default_factory=dict)
    otherwise: "_Node | None" = None
    labels: tuple[int, ...] = ()


class Automaton:
    """Built once from lines, then only read."""

    def __init__(self, lines: Iterable[tuple[grammar.Sequence, int]], tokenise: Tokenise) -> None:
        chart = _Chart(tokenise)
        for tree, label in lines:
            for state in chart.extend(tree, {0}) - {0}:
                chart.labels.setdefault(state, set()).add(label)
        self._nodes: dict[frozenset[int], _Node] = {}
        self._root = self._determined(frozenset({0}), chart)
        first = self._root.onward
        self._sieve = Sieve(
            (word for word, node in first.items() if node.labels or node.otherwise is not None),
            [(word, following) for word, node in first.items() for following in node.onward],
        )

    def __len__(self) -> int:
        return len(self._nodes)

    def matches(self, ids: Ids) -> Iterator[Match]:
        """For each place where lines match: the longest match of each label."""
        places = self._sieve.places(ids)
        words = ids.tolist() if places else []
        for start in places:
            node = self._root.onward.get(words[start])
            if node is not None:
                yield from _walk(node, words, start)

    def _determined(self, states: frozenset[int], chart: "_Chart") -> _Node:
        if states in self._nodes:
            return self._nodes[states]
        labels = sorted({label for state in states for label in chart.labels.get(state, ())})
        node = self._nodes[states] = _Node(labels=tuple(labels))
        steps: dict[int, set[int]] = {}
        for state in states:
            for word, targets in chart.edges.get(state, {}).items():
                steps.setdefault(word, set()).update(targets)
        anywhere = steps.pop(_ANY, set())
        for word, targets in steps.items():
            node.onward[word] = self._determined(frozenset(targets | anywhere), chart)
        if anywhere:
            node.otherwise = self._determined(frozenset(anywhere), chart)
        return node


def _walk(node: _Node, ids: Sequence[int], start: int) -> Iterator[Match]:
    ends: dict[int, int] = {}
    place = start + 1
    current: _Node | None = node
    while current is not None:
        for label in current.labels:
            ends[label] = place
        if place == len(ids):
            break
        current = current.onward.get(ids[place], current.otherwise)
        place += 1
    for label, end in ends.items():
        yield Match(label, start, end)


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
