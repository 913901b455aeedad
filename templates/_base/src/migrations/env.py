"""Alembic's entry: the work is done in the package `migrations`."""

from importlib import import_module
from pathlib import Path

# Alembic loads this file by its path, so it is in no package.
_migrations = Path(__file__).resolve().parent
import_module(f"{_migrations.parent.name}.{_migrations.name}").run_environment()
