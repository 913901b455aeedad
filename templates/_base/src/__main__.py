"""The command line. Without a command: migrate the embedded database and serve for development."""

import os
import signal
from typing import TYPE_CHECKING
from uuid import UUID

import click

from .about import NAME, VERSION

if TYPE_CHECKING:
    from .config import Settings

# What a command needs and others don't is imported where it is used: `--help` is quick.


@click.group(invoke_without_command=True)
@click.version_option(VERSION, prog_name=NAME)
@click.pass_context
def main(context: click.Context) -> None:
    """Without a command: serve for development, reloading the code when it changes."""
    goes_on = context.invoked_subcommand in {None, "serve", "worker"}
    _end_at_sigterm(0 if goes_on else 128 + signal.SIGTERM)
    if context.invoked_subcommand is not None:
        return
    from .infrastructure.database.urls import backend_name

    settings = _load()
    if settings.app_env == "production":
        raise click.ClickException("APP_ENV is production: say `serve`, or `--help`")
    is_embedded = backend_name(settings.database_url.get_secret_value()) == "sqlite"
    if is_embedded:
        _migrate(settings)
    else:  # pragma: no cover  # a service that has only SQLite knows no other
        click.echo("The tables in PostgreSQL are made by the command `migrate`.")
    _serve(settings, reload=True)


@main.command()
def serve() -> None:
    """Serve in production: no reload, no migration."""
    _serve(_load(), reload=False)


@main.command()
def migrate() -> None:
    """Bring the tables of the database up to date."""
    _migrate(_load())


@main.command()
def worker() -> None:
    """Do background jobs, beside `serve`, until a signal.

    There may be as many workers as you like.
    """
    from .worker import run

    run(_load())


@main.command()
@click.argument("email")
@click.option("--existing", is_flag=True, help="Also one who has signed up already.")
def create_admin(email: str, *, existing: bool) -> None:
    """Make an administrator.

    The password is ADMIN_PASSWORD, or asked for.
    """
    from .accounts import commands

    commands.create_admin(_load(), email, existing=existing)


@main.command()
@click.argument("ids", nargs=-1, type=click.UUID)
@click.option("--retry", is_flag=True, help="Begin them anew.")
def jobs(ids: tuple[UUID, ...], *, retry: bool) -> None:
    """List background jobs that have failed for good.

    With ids, only these.
    """
    from .worker import tell_failed

    tell_failed(_load(), ids, retry=retry)


@main.command()
def openapi() -> None:
    """Print the OpenAPI document."""
    from .web.app import openapi_document

    click.echo(openapi_document())


def _end_at_sigterm(status: int) -> None:
    """At once, until the server handles it: the first process of a container would ignore it."""
    # An exception would be lost where Python calls back, as in the middle of an import.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(status))


def _load() -> "Settings":
    from .config import Settings

    return Settings.load()


def _serve(settings: "Settings", *, reload: bool) -> None:
    from .web import serving

    serving.run(settings, reload=reload)


def _migrate(settings: "Settings") -> None:
    from .infrastructure.observability import logs
    from .migrations import tables

    logs.configure(settings)
    tables.upgrade(settings.database_url.get_secret_value())


if __name__ == "__main__":
    main(prog_name=__package__)
