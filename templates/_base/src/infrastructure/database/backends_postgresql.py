"""The databases that the service runs on, by the scheme of their URLs."""

from importlib import import_module
from types import ModuleType

DATABASES = ("postgresql", "sqlite")
PRODUCTION_DATABASES = ("postgresql",)


def backend(name: str) -> ModuleType:
    """The module of one of DATABASES; its driver is imported only where it is used."""
    return import_module(f".{name}", __package__)
