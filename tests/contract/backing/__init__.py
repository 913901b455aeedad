"""The servers and files that the service stands on."""

from collections.abc import Mapping
from typing import Protocol


class Databases(Protocol):
    """Makes databases; each one is new, and gone when the tests are over."""

    @property
    def settings(self) -> Mapping[str, str]:
        """What a service that uses such a database is set to, beside its DATABASE_URL."""
        ...

    def empty(self) -> str:
        """The URL of a database without tables."""
        ...

    def migrated(self) -> str:
        """The URL of a database that is ready to serve."""
        ...
