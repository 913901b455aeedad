"""Alembic's entry: the work is done in the package's `migrate` module."""

from importlib import import_module
from pathlib import Path

import_module(f"{Path(__file__).resolve().parents[1].name}.migrate").run_environment()
