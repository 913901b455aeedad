"""How the tables are brought up to date; each app has the steps in a folder of this name."""

from .infrastructure.database import migrate as tables

__all__ = ["tables"]
