"""`gateway schemas`: the published contracts, generated from the models."""

import click


@click.group(epilog="Examples: gateway schemas check · gateway schemas export")
def schemas() -> None:
    """JSON Schemas, asyncapi.yaml, and the documentation that is made from code."""


@schemas.command()
def export() -> None:
    """Write them anew into schemas/published; the diff is the compatibility review."""
    from gateway.documents import README, readme
    from gateway.published import write

    README.write_text(readme(README.read_text(encoding="utf-8")), encoding="utf-8")
    click.echo(f"written: {', '.join(write()) or 'nothing changed'}")


@schemas.command()
def check() -> None:
    """Say where the committed ones differ from the models; exit code 1 when they do."""
    from gateway.published import drift

    found = drift()
    for name in found:
        click.echo(f"{name}: differs from the models; run `gateway schemas export`")
    if found:
        raise SystemExit(1)
    click.echo("the published schemas are those of the models")
