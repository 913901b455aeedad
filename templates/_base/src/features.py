"""The features of this service: each is a folder of that name, and a line here."""

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

FEATURES = [
    "accounts",
    "tasks",
]


def modules(name: str) -> list[ModuleType]:
    """The modules of that name, of the features that have one."""
    names = [f"{__package__}.{feature}.{name}" for feature in FEATURES]
    return [import_module(each) for each in names if find_spec(each)]
