"""`gateway schemas`: the published contracts, generated from the models."""

from pathlib import Path

import click


@click.group(epilog="Examples: gateway schemas check · gateway schemas export")
def schemas() -> None:
    """JSON Schemas, asyncapi.yaml, and the documentation that is made from code."""


@schemas.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder; in a checkout schemas/published when not given, elsewhere ./published.",
)
def export(out: Path | None) -> None:
    """Write them anew into schemas/published; the diff is the compatibility review.

    In a checkout the README's table of channels is written too.
    """
    from gateway.documents import is_checkout, write_readme
    from gateway.published import FOLDER, write

    folder = out or (FOLDER if is_checkout() else Path("published"))
    if out is None and is_checkout():
        write_readme()
    click.echo(f"{folder}: {', '.join(write(folder)) or 'nothing changed'}")


@schemas.command()
@click.argument("version")
def release(version: str) -> None:
    """Keep the schemas as they are now as those of VERSION (0.2.0): `check` holds every later change against them."""
    from gateway.published import release as keep

    click.echo(f"written: {keep(version)}")


@schemas.command()
def check() -> None:
    """Say where the committed ones differ from the models, and what the models take away from an earlier release.

    Exit code 1 when there is any. A field, a type or a word that a release had stays within its major version.
    """
    from gateway.published import broken, drift

    found = [f"{name}: differs from the models; run `gateway schemas export`" for name in drift()]
    found += [f"{one}; keep it, or give the record a new major version" for one in broken()]
    for one in found:
        click.echo(one)
    if found:
        raise SystemExit(1)
    click.echo("the published schemas are those of the models, and break no release")
