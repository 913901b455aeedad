"""The databases that the service runs on, by the scheme of their URLs."""

from types import ModuleType

from . import sqlite

DATABASES = ("sqlite",)
PRODUCTION_DATABASES = ("sqlite",)


def backend(_name: str) -> ModuleType:
    """The module of one of DATABASES."""
    return sqlite
