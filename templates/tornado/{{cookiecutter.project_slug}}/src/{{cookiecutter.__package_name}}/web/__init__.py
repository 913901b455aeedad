"""The web layer."""

from ..signing import Settings

__all__ = ["Settings"]
