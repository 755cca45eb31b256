"""`gateway train` and `gateway evaluate`: a classifier pack from an organisation's own labelled complaints."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from classifiers.registry import load
from classifiers.training import Comparison, Options, Report, compare, read_rows
from classifiers.training import evaluate as judge
from classifiers.training import train as fit
from schemas.errors import Misconfigured

DATA = click.argument("data", type=click.Path(path_type=Path, exists=True, dir_okay=False))
TEXT = click.option("--text", default="text", show_default=True, help="Field or column with the words.")
LABEL = click.option(
    "--label", default="category", show_default=True, help="Field or column with the category."
)
WIDTH = 30


@click.command(
    epilog="Example: gateway train complaints.jsonl --out packs/ours, then GATEWAY_PACK_DIR=packs/ours"
)
@DATA
@TEXT
@LABEL
@click.option(
    "--group",
    default="group",
    show_default=True,
    help="Field with the group of near copies, if there is one.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("pack"),
    show_default=True,
    help="Folder of the pack.",
)
@click.option(
    "--seed", type=int, default=1, show_default=True, help="The same seed and data give the same files."
)
@click.option(
    "--accuracy", type=float, default=0.9, show_default=True, help="Wanted of what the model decides alone."
)
@click.option("--leave-out", multiple=True, help="A label to leave out; may be given again.")
@click.option(
    "--test", type=click.Path(path_type=Path, exists=True), help="Judged texts to compare with the old pack."
)
@click.option("--against", default="", help="The pack in use that --test compares with.")
def train(
    data: Path, text: str, label: str, group: str, out: Path, seed: int, accuracy: float,
    leave_out: tuple[str, ...], test: Path | None, against: str,
) -> None:  # fmt: skip
    """Learn categories from DATA (.jsonl, .csv, .tsv, also .gz) and write a pack with its model card.

    Bad data is refused with every line that is wrong.
    """
    _need_training()
    rows = [row for row in read_rows(data, text, label, group) if row.label not in leave_out]
    fit(rows, out, replace(Options(), seed=seed, wanted_accuracy=accuracy), _progress())
    click.echo(f"\n{out}: a pack from {len(rows)} texts; its card is {out / 'card.md'}")
    if test is not None:
        judged = read_rows(test, text, label, group)
        new = judge(load(out.name, out), judged)
        _show(new)
        if against:
            click.echo(_verdict(compare(new, judge(load(against), judged))))


@click.command(epilog="Example: gateway evaluate judged.jsonl --pack finance --against general")
@DATA
@TEXT
@LABEL
@click.option(
    "--pack", default="general", show_default=True, help="A pack of ours, or the name of --pack-dir's."
)
@click.option("--pack-dir", type=click.Path(path_type=Path), help="Folder of a pack of your own.")
@click.option("--against", default="", help="Another pack to compare with on the same texts.")
@click.option("--leave-out", multiple=True, help="A label to leave out; may be given again.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def evaluate(
    data: Path, text: str, label: str, pack: str, pack_dir: Path | None, against: str,
    leave_out: tuple[str, ...], as_json: bool,
) -> None:  # fmt: skip
    """Say how good a pack is on labelled texts it has not seen: DATA (.jsonl, .csv, .tsv, also .gz)."""
    rows = [row for row in read_rows(data, text, label) if row.label not in leave_out]
    report = judge(load(pack, pack_dir), rows)
    other = compare(report, judge(load(against), rows)) if against else None
    if as_json:
        click.echo(json.dumps(_told(report, other), indent=1))
        return
    _show(report)
    if other:
        click.echo(_verdict(other))


def _told(report: Report, other: Comparison | None) -> dict[str, object]:
    scores = report.scores
    told: dict[str, object] = {
        "pack": report.pack,
        "macro_f1": scores.macro_f1,
        "accuracy": scores.accuracy,
        "ece": scores.calibration_error,
        "abstained": report.abstained,
        "texts_per_cpu_second": report.texts_per_cpu_second,
        "labels": [{"label": one.label, "f1": one.f1, "texts": one.texts} for one in scores.labels],
    }
    return {**told, "verdict": other.verdict} if other else told


def _show(report: Report) -> None:
    told = _told(report, None)
    for name in ("macro_f1", "accuracy", "ece", "abstained"):
        click.echo(f"{name:20} {told[name]:.3f}")
    click.echo(f"{'texts / CPU second':20} {report.texts_per_cpu_second:.0f}")
    for one in report.scores.labels:
        click.echo(f"  {one.label:28} F1 {one.f1:.3f}  ({one.texts} texts)")


def _verdict(found: Comparison) -> str:
    lines = [
        found.verdict,
        *(f"  worse on {label}: F1 {old:.3f} → {new:.3f}" for label, old, new in found.worse),
    ]
    return "\n".join(lines)


def _progress() -> Callable[[str, float], None]:
    shown = sys.stderr.isatty()
    said: list[str] = []

    def tell(step: str, share: float) -> None:
        if shown:
            done = int(share * WIDTH)
            click.echo(f"\r{'█' * done}{'·' * (WIDTH - done)} {step:40}", nl=False, err=True)
        elif step not in said:
            said.append(step)
            click.echo(step, err=True)

    return tell


def _need_training() -> None:
    try:
        import sklearn  # noqa: F401
    except ImportError as error:
        raise Misconfigured(
            "train", "scikit-learn is missing: pip install 'complaints-intake-gateway[train]'"
        ) from error
