"""`python -m classifiers.corpus check | figures | differences LANGUAGE | settle | bring RAW [SECOND]`."""

import sys
from collections.abc import Iterator
from pathlib import Path

from classifiers.corpus.agreement import differs
from classifiers.corpus.bring import bring
from classifiers.corpus.check import figures, problems_of
from classifiers.corpus.settle import settle
from classifiers.corpus.store import FIRST, SECOND, SETTLED, columns_of, read_labels, read_texts


def main(arguments: list[str]) -> int:
    """0 done, 1 something is wrong, 2 used wrongly."""
    match arguments:
        case ["check"]:
            _said(figures(), 0)
            return _said(problems_of())
        case ["figures"]:
            return _said(figures(), 0)
        case ["differences", language]:
            return _said(_differences(language), 0)
        case ["settle"]:
            return _said(settle(), 0)
        case ["bring", raw, *second]:
            return _said(bring(Path(raw), Path(second[0]) if second else None))
    print(__doc__)
    return 2


def _differences(language: str) -> Iterator[str]:
    """What is to be settled: id, first label, second label, text; a line of `labels/settled` begins with the id."""
    first, second, settled = (read_labels(reader, language) for reader in (FIRST, SECOND, SETTLED))
    for one in read_texts(language):
        if one.id in second and one.id not in settled and differs(first[one.id], second[one.id]):
            labels = (" ".join(columns_of(label[one.id])) for label in (first, second))
            yield "\t".join([one.id, *labels, one.marked])


def _said(lines: list[str] | Iterator[str], wrong: int = 1) -> int:
    count = 0
    for line in lines:
        print(line)
        count += 1
    return wrong if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
