"""Loads the fixtures of the suite in `contract`, and those of each service behind ours."""

from pathlib import Path

import pytest

BACKING = Path(__file__).parent / "contract" / "backing"

pytest.register_assert_rewrite("contract")
pytest_plugins = [
    "contract.fixtures",
    "contract.configured",
    *(f"contract.backing.{file.stem}" for file in sorted(BACKING.glob("[!_]*.py"))),
]
