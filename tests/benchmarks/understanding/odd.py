"""Bad input: each text gets a decision or an abstention in bounded time, the same one alone, in a batch, elsewhere."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from typing import Any

from classifiers.assessor import PackClassifier
from classifiers.contract import Text
from classifiers.registry import load
from schemas.assessment import Assessment
from tests.benchmarks.understanding.table import Line

MEGABYTE = 1_000_000
BOUND_SECONDS = 1.0
"""Of processor time for the worst text, a megabyte of anything included."""
PACK = "finance"
COMPLAINT = (
    "There is a gas leak in the hall of your branch, my daughter collapsed, and nobody answers the telephone. I ask "
    "you to send somebody at once and to pay back the fees that you took from my account without a word. "
)
NOISE = "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore "
ODD: dict[str, str] = {
    "empty": "",
    "blanks": " \n\t" * 1_000,
    "control characters": "".join(map(chr, range(32))) * 5_000,
    "emoji only": "😡👍🏽👨‍👩‍👧🇩🇪" * 20_000,
    "mixed scripts": "Моя bank ธนาคาร 銀行 بنك hat mein Geld " * 20_000,
    "half a surrogate": "my card \ud800 was charged twice",
    "one word": "x" * MEGABYTE,
    "one digit": "7" * MEGABYTE,
    "one mark": "'" * MEGABYTE,
    "deep combining marks": ("e" + "\u0301" * 500) * 2_000,
    "zero-width joiners": "g\u200da\u200ds l\u200de\u200da\u200dk \u200d" * 60_000,
    "right to left": "\u202eegnahc ym tnaw I\u202c " * 50_000,
    "ahead of noise": COMPLAINT + NOISE * (MEGABYTE // len(NOISE)),
    "behind noise": NOISE * (MEGABYTE // len(NOISE)) + COMPLAINT,
    "amid noise": NOISE * 500 + COMPLAINT + NOISE * 500,
    "lexicon stuffing": "gas leak fire refund scam injured child not urgent thank you " * (MEGABYTE // 60),
    "openings of phrases": "rushed my old to the smell of caught set it on no not " * (MEGABYTE // 54),
    "new words": " ".join(f"w{number:x}q" for number in range(MEGABYTE // 8)),
    "denials": "no not never without none " * (MEGABYTE // 26) + "gas leak",
    "numbers": "1,234.56 $99 2024-01-02 " * (MEGABYTE // 24),
    "addresses": "a@b.c http://x.y/z @handle #tag " * (MEGABYTE // 32),
}


def odd() -> Iterator[Line]:
    """Worst time, answers, and whether the same text had the same answer each way."""
    pack = load(PACK)
    pack.assess([Text(COMPLAINT)])
    alone, spent = {}, {}
    for name, text in ODD.items():
        began = time.process_time()
        (alone[name],) = pack.assess([Text(text)])
        spent[name] = time.process_time() - began
    worst = max(spent, key=lambda name: spent[name])
    yield Line(
        f"bad input, {len(ODD)} texts, worst", worst, f"{spent[worst]:.2f} s", f"< {BOUND_SECONDS:.0f} s"
    )
    abstained = sum(one.abstained for one in alone.values())
    yield Line(
        "bad input, decided or abstained", "ours", f"{len(alone) - abstained} + {abstained}", str(len(ODD))
    )
    for name in ("ahead of noise", "amid noise", "behind noise"):
        one = alone[name]
        yield Line(f"a danger {name}", "ours", f"{one.kind}, {one.priority}", "urgent or read by a person")
    yield _agreement("in one batch", alone, _in_one_batch(pack))
    yield _agreement("in another process", alone, _in_another_process())


def _agreement(where: str, alone: Mapping[str, Assessment], told: Mapping[str, Mapping[str, Any]]) -> Line:
    same = [_plain(one).items() >= told[name].items() for name, one in alone.items()]
    return Line(f"the same answer {where}", "ours", f"{sum(same)} of {len(same)}", str(len(ODD)))


def _plain(one: Assessment) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(one.model_dump_json())
    return plain


def _in_one_batch(pack: PackClassifier) -> dict[str, dict[str, Any]]:
    answers = pack.assess(map(Text, reversed(ODD.values())))
    return {name: _plain(one) for name, one in zip(reversed(ODD), answers, strict=True)}


def _in_another_process() -> dict[str, dict[str, Any]]:
    """By the command line; its answers carry an id beside what an assessment has."""
    lines = "".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in ODD.items())
    command = [sys.executable, "-m", "gateway", "classify", "--pack", PACK]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return {one.pop("id"): one for one in told}
