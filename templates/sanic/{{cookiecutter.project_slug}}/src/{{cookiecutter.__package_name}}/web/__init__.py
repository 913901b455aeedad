"""The web layer, in Sanic."""

from ..config import Settings

# Sanic wants a name without blanks: that of the package.
APP_NAME = __name__.partition(".")[0]

__all__ = ["APP_NAME", "Settings"]
