"""Which tests run, and in which order.

With `--dist=loadfile` the tests of a module run in one process, and modules begin in this order.
"""

from pathlib import Path

import pytest

from .plugin import PARTS

# What takes longest begins first, so that all else runs while it waits.
FIRST = (
    "test_failed_sign_ins",
    "test_openapi_conformance",
    "test_lifecycle",
    "test_outage_postgresql",
    "test_expired_tokens",
    "test_events_limits",
    "test_instances",
    "test_workers",
)
# It waits for what the first of them has begun.
LAST = "test_failed_sign_ins_end"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    kept = [item for item in items if _can_run(config, item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = sorted(kept, key=lambda item: _place(item.path))


def _can_run(config: pytest.Config, item: pytest.Item) -> bool:
    parts = config.stash[PARTS]
    uses_server = "postgresql_databases" in getattr(item, "fixturenames", [])
    return (
        _named(item, "part") <= parts
        and _named(item, "without").isdisjoint(parts)
        and _named(item, "alike").isdisjoint(config.option.alike)
        and (config.option.postgresql or not uses_server)
    )


def _named(item: pytest.Item, kind: str) -> set[str]:
    """What the marks of a kind say."""
    return {mark.args[0] for mark in item.iter_markers(kind)}


def _place(path: Path) -> int:
    if path.stem in FIRST:
        return FIRST.index(path.stem)
    return len(FIRST) + (path.stem == LAST)
