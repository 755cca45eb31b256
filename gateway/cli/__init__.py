"""The command line: one file a command. Exit codes: 0 done, 1 found something wrong, 2 used wrongly, 3 a service
is away."""

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from schemas.errors import GatewayError, Misconfigured, Unavailable

COMMANDS = {
    "up": "gateway.cli.up:up",
    "serve": "gateway.cli.roles:serve",
    "collect": "gateway.cli.roles:collect",
    "work": "gateway.cli.roles:work",
    "monitor": "gateway.cli.roles:monitor",
    "topics": "gateway.cli.topics:topics",
    "schemas": "gateway.cli.schemas:schemas",
    "doctor": "gateway.cli.doctor:doctor",
    "read": "gateway.cli.read:read",
    "classify": "gateway.cli.classify:classify",
    "compare": "gateway.cli.classify:compare",
    "import": "gateway.cli.history:import_mail",
    "train": "gateway.cli.train:train",
    "evaluate": "gateway.cli.train:evaluate",
    "route": "gateway.cli.route:route",
    "case": "gateway.cli.case:case",
    "decide": "gateway.cli.decide:decide",
    "decisions": "gateway.cli.decide:decisions",
    "view": "gateway.cli.case:view",
    "lag": "gateway.cli.operations:lag",
    "rewind": "gateway.cli.rewind:rewind",
    "reconcile": "gateway.cli.operations:reconcile",
    "dead-letters": "gateway.cli.dead_letters:dead_letters",
    "letters": "gateway.cli.letters:letters",
    "blobs": "gateway.cli.blobs:blobs",
}
"""Name → where it is; loaded when it is called, so that `--help` is quick."""


class Lazy(click.Group):
    """A group whose commands are imported on first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        from channels.contract import load

        path = COMMANDS.get(cmd_name)
        return None if path is None else load(path)


@click.group(
    cls=Lazy,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start here: gateway up --sandbox, then open the addresses it prints.",
)
@click.version_option(package_name="complaints-intake-gateway", prog_name="gateway")
def cli() -> None:
    """The complaints intake gateway: every channel in, nothing lost, nothing answered twice.

    \b
    gateway up --sandbox        everything on this machine, with stand-ins to try it
    gateway case 7KQ2-9XVA-3M4TC   what became of a complaint
    gateway lag                 how long people have been waiting
    gateway doctor              checks settings, broker, mailboxes and says what to mend
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; one sentence instead of a stack trace for what a user can mend."""
    try:
        sys.exit(cli(args=arguments, standalone_mode=False) or 0)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except Misconfigured as error:
        click.echo(f"gateway: {error}", err=True)
        sys.exit(2)
    except Unavailable as error:
        click.echo(f"gateway: {error}", err=True)
        sys.exit(3)
    except GatewayError as error:
        click.echo(f"gateway: {error}", err=True)
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - raised again when it is none of these
        _say_who_is_away(error)


def _say_who_is_away(error: Exception) -> NoReturn:
    """Exit with a sentence for what a disk or the cluster says; raises what nobody can mend from outside."""
    from workers.storage.kafka import KafkaError

    if isinstance(error, KafkaError):
        click.echo(f"gateway: Kafka does not answer as it should: {error}", err=True)
        sys.exit(3)
    if isinstance(error, TimeoutError) and not str(error):
        click.echo("gateway: something that was waited for did not come in time; the log says what", err=True)
        sys.exit(3)
    if isinstance(error, OSError):
        place = error.filename2 or error.filename
        if place is None or error.strerror is None:
            raise error
        click.echo(f"gateway: {os.fsdecode(place)}: {error.strerror}", err=True)
        sys.exit(3)
    raise error
