"""SQLite: each database is a file in a temporary folder."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import uuid4

from ..commands import Commands


class SQLiteDatabases:
    """Makes database files in a folder."""

    def __init__(self, commands: Commands, folder: Path) -> None:
        self.settings = {"APP_ENV": "test"}
        self.folder = folder
        self._commands = commands
        self._template = folder / "template.sqlite3"

    def empty(self) -> str:
        return f"sqlite:///{self._new_path()}"

    def migrated(self) -> str:
        if not self._template.exists():
            self._make_template()
        path = self._new_path()
        shutil.copyfile(self._template, path)
        return f"sqlite:///{path}"

    def _make_template(self) -> None:
        new = self._new_path()
        self._commands.migrate(**self.settings, DATABASE_URL=f"sqlite:///{new}")
        # Other processes of the tests, which share the folder, find all of it or nothing.
        new.rename(self._template)

    def _new_path(self) -> Path:
        return self.folder / f"{uuid4().hex}.sqlite3"


def path_of(url: str) -> Path:
    """The file of an SQLite URL."""
    return Path(url.removeprefix("sqlite:///"))


def put_ahead(file: Path) -> None:
    """Have a database remember a migration of a later release."""
    with closing(sqlite3.connect(file)) as connection, connection:
        kept = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if "alembic_version" in kept:
            connection.execute("UPDATE alembic_version SET version_num = 'later'")
        else:
            later = ("accounts", "9999_later", "2030-01-01")
            insert = "INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, ?)"
            connection.execute(insert, later)
