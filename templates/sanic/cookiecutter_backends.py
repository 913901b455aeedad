"""Hands Cookiecutter the extension that all templates of this repository share."""

import importlib.util
import sys
from pathlib import Path

_folder = Path()


def __getattr__(name: str) -> type:
    if name != "Shared":
        raise AttributeError(name)
    source = _template_folder().parent.parent / "hooks" / "extension.py"
    if not source.is_file():
        raise ImportError(
            f"{_folder} was copied out of its repository: generate from the whole repository"
        )
    spec = importlib.util.spec_from_file_location("cookiecutter_backends_extension", source)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Shared


def _template_folder() -> Path:
    """The folder that Cookiecutter has put on the path, looked up anew for each environment.

    One process may generate from several checkouts. A relative folder is only found where it
    counts from, and hooks are rendered elsewhere: then it is the one that was found last.
    """
    global _folder
    for path in reversed(sys.path):
        if Path(path, Path(__file__).name).is_file():
            _folder = Path(path).resolve()
            break
    return _folder
