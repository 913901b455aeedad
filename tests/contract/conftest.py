"""Loads what the suite is made of: its options and order, its fixtures, and its report."""

from pathlib import Path

import pytest

# What tests stand on says as much about an assertion that fails as they do themselves.
for file in Path(__file__).parent.glob("[!_ct]*.py"):
    pytest.register_assert_rewrite(f"{__package__}.{file.stem}")

pytest_plugins = [
    f"{__package__}.plugin",
    f"{__package__}.order",
    f"{__package__}.report",
    f"{__package__}.fixtures",
]
