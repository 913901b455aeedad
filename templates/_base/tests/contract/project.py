"""The project under test: its name, version, package and command."""

import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
NAME: Final[str] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["name"]
PACKAGE: Final = NAME.replace("-", "_")
VERSION: Final = version(NAME)
COMMAND: Final = (sys.executable, "-m", PACKAGE)
