"""What the URL of a database says, before any driver is imported."""

from importlib import import_module
from types import ModuleType


def backend(url: str) -> ModuleType:
    """The module of the database system that a URL names: one of DATABASES."""
    return import_module(f".{backend_name(url)}", __package__)


def backend_name(url: str) -> str:
    """The database system that a URL names, without the driver; raises ValueError for no URL."""
    scheme, separator, _ = url.partition("://")
    if not separator:
        raise ValueError("it is no URL of a database")
    name = scheme.partition("+")[0]
    # libpq takes both.
    return "postgresql" if name == "postgres" else name


def sqlite_path(url: str) -> str:
    """The file of `sqlite:///PATH`; raises ValueError.

    One in memory would be another one for each connection.
    """
    host, _, path = url.partition("://")[2].partition("/")
    if host or "?" in path or path in {"", ":memory:"}:
        raise ValueError("of SQLite it can be sqlite:///PATH only")
    return path
