"""`gateway schemas`: the published contracts, generated from the models."""

import click


@click.group(epilog="Examples: gateway schemas check · gateway schemas export")
def schemas() -> None:
    """JSON Schemas and asyncapi.yaml of everything on the topics."""


@schemas.command()
def export() -> None:
    """Write them anew into schemas/published; the diff is the compatibility review."""
    from gateway.published import write

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
