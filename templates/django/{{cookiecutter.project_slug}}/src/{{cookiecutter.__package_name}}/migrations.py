"""How the tables are brought up to date; each app has the steps in a folder of this name."""

import os

from .infrastructure.database import migrate as tables

# For the command `migrate`, which starts Django by this module.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"{__package__}.web.settings")

__all__ = ["tables"]
