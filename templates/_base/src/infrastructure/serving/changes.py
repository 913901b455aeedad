"""Which files have changed, for the server of development."""

from contextlib import suppress
from pathlib import Path


def changes(folder: Path) -> dict[Path, int]:
    """When each file in a folder was changed, as nanoseconds."""
    changed = {}
    for path in folder.rglob("*"):
        # Editors write to files that are gone in a moment.
        with suppress(FileNotFoundError):
            if path.parent.name != "__pycache__" and path.is_file():
                changed[path] = path.stat().st_mtime_ns
    return changed
