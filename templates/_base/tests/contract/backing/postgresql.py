"""PostgreSQL: new databases in the server at TEST_DATABASE_URL, else in one of our own."""

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cached_property
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from ..commands import migrate
from ._postgresql_server import postgresql_server


class PostgreSQLDatabases:
    """Makes databases in one server, and drops them."""

    def __init__(self, server_url: str) -> None:
        self.server_url = server_url
        self.settings = {"APP_ENV": "production", "SECRET_KEY": secrets.token_urlsafe(48)}
        self._names: list[str] = []

    def empty(self) -> str:
        return self._create("template0")

    def migrated(self) -> str:
        return self._create(self._template)

    def drop_all(self) -> None:
        for name in self._names:
            self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    @cached_property
    def _template(self) -> str:
        url = self.empty()
        migrate(**self.settings, DATABASE_URL=url)
        return urlsplit(url).path.removeprefix("/")

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


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--postgresql",
        action="store_const",
        const="postgresql",
        dest="database",
        help="test on PostgreSQL, as in production, and not on SQLite; in the server at "
        "the URL in TEST_DATABASE_URL, else in one that is started for the tests",
    )


@pytest.fixture(scope="session")
def postgresql_databases() -> Iterator[PostgreSQLDatabases]:
    with ExitStack() as stack:
        given = os.environ.get("TEST_DATABASE_URL")
        databases = PostgreSQLDatabases(given or stack.enter_context(postgresql_server()).url)
        try:
            yield databases
        finally:
            databases.drop_all()
