"""Which files have changed, for the server of development."""

from contextlib import suppress
from pathlib import Path


def changes(folder: Path) -> dict[Path, int]:
    """When each file in a folder was changed, as nanoseconds."""
    while True:
        # Editors write to files that are gone in a moment, and so may be a folder: look again then.
        with suppress(FileNotFoundError):
            return {
                path: path.stat().st_mtime_ns
                for path in folder.rglob("*")
                if path.parent.name != "__pycache__" and path.is_file()
            }
