"""How the tables came to be what they are: a step for each file in `versions`."""

from pathlib import Path

from ..config import Settings
from ..features import modules
from ..infrastructure.database import migrate
from ..infrastructure.jobs import models as _models  # noqa: F401  # compared as those of features

tables = migrate.Tables(Path(__file__).parent)


def run_environment() -> None:
    """What `env.py` does: compare, or run, with the models of all features."""
    modules("models")
    migrate.run_environment(lambda: Settings.load().database_url.get_secret_value())
