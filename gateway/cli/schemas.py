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
