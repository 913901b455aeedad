"""PostgreSQL: new databases in a server, each a copy of one that is ready to serve."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, LiteralString
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from psycopg import sql

from ..commands import Commands


def is_given() -> bool:
    """Whether it is not ours, and so not gone with all its databases when the tests are over."""
    return "TEST_DATABASE_URL" in os.environ


def ask(connection: psycopg.Connection[Any], query: LiteralString | sql.Composed) -> Any:
    """The one row that the server answers with."""
    row = connection.execute(query).fetchone()
    assert row is not None
    return row


def table_of_tasks(connection: psycopg.Connection[Any]) -> sql.Identifier:
    # Django names it by the feature as well.
    [table] = ask(connection, "SELECT relname FROM pg_class WHERE relname ~ '^tasks(_task)?$'")
    return sql.Identifier(table)


class PostgreSQLDatabases:
    """Makes databases in one server; `template` is one that has its tables."""

    def __init__(self, server_url: str, template: str = "template0") -> None:
        self.server_url = server_url
        self.template = template
        self.settings = {"APP_ENV": "production", "SECRET_KEY": secrets.token_urlsafe(48)}
        self._names: list[str] = []

    def empty(self) -> str:
        return self._create("template0")

    def migrated(self) -> str:
        return self._create(self.template)

    def prepare(self, commands: Commands) -> None:
        """Make the template."""
        url = self.empty()
        commands.migrate(**self.settings, DATABASE_URL=url)
        self.template = urlsplit(url).path.removeprefix("/")

    @contextmanager
    def stranger(self) -> Iterator[str]:
        """A user who has no rights but to connect, as `name:password`."""
        name, password = f"test_{uuid4().hex}", secrets.token_hex(16)
        self._execute(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                sql.Identifier(name), sql.Literal(password)
            )
        )
        try:
            yield f"{name}:{password}"
        finally:
            self._execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))

    @contextmanager
    def dropping(self, name: str) -> Iterator[None]:
        """Where a test makes this database itself."""
        try:
            yield
        finally:
            self._drop(name)

    def drop_all(self) -> None:
        for name in self._names:
            self._drop(name)

    def _drop(self, name: str) -> None:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self._execute(drop.format(sql.Identifier(name)))

    def _create(self, template: str) -> str:
        name = f"test_{uuid4().hex}"
        self._execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        self._names.append(name)
        return urlsplit(self.server_url)._replace(path=f"/{name}").geturl()

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.server_url, autocommit=True) as connection:
            connection.execute(statement)
