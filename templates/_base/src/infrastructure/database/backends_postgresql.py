"""The databases that the service runs on, by the scheme of their URLs."""

from types import ModuleType

from . import postgresql, sqlite

DATABASES: dict[str, ModuleType] = {"postgresql": postgresql, "sqlite": sqlite}
PRODUCTION_DATABASES = ("postgresql",)
