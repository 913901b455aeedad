"""The features of this service: each is a folder of that name, and a line here."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

FEATURES = [
    "accounts",
]


def modules(name: str) -> Iterator[ModuleType]:
    """The modules of that name, of the features that have one."""
    for feature in FEATURES:
        if find_spec(f".{feature}.{name}", __package__):
            yield import_module(f".{feature}.{name}", __package__)
