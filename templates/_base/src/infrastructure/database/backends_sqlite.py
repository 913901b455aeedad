"""The databases that the service runs on, by the scheme of their URLs."""

from types import ModuleType

from . import sqlite

DATABASES: dict[str, ModuleType] = {"sqlite": sqlite}
PRODUCTION_DATABASES = ("sqlite",)
