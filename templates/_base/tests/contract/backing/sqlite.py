"""SQLite: each database is a file in a temporary folder."""

import shutil
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest

from ..commands import migrate


class SQLiteDatabases:
    def __init__(self, folder: Path) -> None:
        self.settings = {"APP_ENV": "test"}
        self.folder = folder

    def empty(self) -> str:
        return f"sqlite:///{self._new_path()}"

    def migrated(self) -> str:
        path = self._new_path()
        shutil.copyfile(self._template, path)
        return f"sqlite:///{path}"

    @cached_property
    def _template(self) -> Path:
        path = self._new_path()
        migrate(**self.settings, DATABASE_URL=f"sqlite:///{path}")
        return path

    def _new_path(self) -> Path:
        return self.folder / f"{uuid4().hex}.sqlite3"


def path_of(url: str) -> Path:
    """The file of an SQLite URL."""
    return Path(url.removeprefix("sqlite:///"))


@pytest.fixture(scope="session")
def sqlite_databases() -> Iterator[SQLiteDatabases]:
    with TemporaryDirectory(prefix="sqlite-") as folder:
        yield SQLiteDatabases(Path(folder))
