"""The database: what names it, what it says when it is away, and how it is asked for an answer."""

from django.db import InterfaceError, OperationalError, connection, connections

# What Django raises where the database does not answer.
AWAY = (OperationalError, InterfaceError)


def backend_name(url: str) -> str:
    """The database system that a URL names, without the driver; raises ValueError for no URL."""
    scheme, separator, _ = url.partition("://")
    if not separator:
        raise ValueError("it is no URL of a database")
    return scheme.partition("+")[0]


def release() -> None:
    """Give the connection back to the pool: what follows takes long, and needs none."""
    if not connection.in_atomic_block:
        connection.close()


def close_pool() -> None:
    """Close the connections that nobody uses; SQLite has none."""
    if close := getattr(connections["default"], "close_pool", None):
        close()


class Database:
    """The database as `health.py` asks it, from a thread of its own."""

    def ping(self) -> None:
        """Ask for an answer; raises one of AWAY."""
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        finally:
            connection.close()
