"""The command line. Without a command: migrate the embedded database and serve for development."""

import click

from . import logs
from .about import NAME, VERSION
from .config import load
from .db import backend_name
from .web import Settings


@click.group(invoke_without_command=True)
@click.version_option(VERSION, prog_name=NAME)
@click.pass_context
def main(context: click.Context) -> None:
    """Without a command: serve for development, reloading the code when it changes."""
    if context.invoked_subcommand is not None:
        return
    settings = load(Settings)
    if settings.app_env == "production":
        raise click.ClickException("APP_ENV is production: say `serve`, or `--help`")
    from . import server

    is_embedded = backend_name(settings.database_url.get_secret_value()) == "sqlite"
    if is_embedded:  # pragma: no branch  # a service that has only SQLite knows no other
        _migrate(settings)
    server.run(settings, reload=True)


@main.command()
def serve() -> None:
    """Serve in production: several workers, no reload, no migration."""
    from . import server

    server.run(load(Settings), reload=False)


@main.command()
def migrate() -> None:
    """Bring the tables of the database up to date."""
    _migrate(load(Settings))


@main.command()
def openapi() -> None:
    """Print the OpenAPI document."""
    from .web.app import openapi_document

    click.echo(openapi_document())


def _migrate(settings: Settings) -> None:
    from .migrate import upgrade

    logs.configure(settings)
    upgrade(settings.database_url.get_secret_value())


if __name__ == "__main__":
    main(prog_name=__package__)
