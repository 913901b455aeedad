"""Builds the site: the chooser and the pages beside it, in a folder that any web server can serve.

Every address in it is relative, so that it may stand below any path; nothing of it is loaded from
elsewhere.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import choose
import compare
import documentation
import frame
import make
from output import Site

STEPS: tuple[Callable[[Site], None], ...] = (
    frame.write,
    choose.write,
    compare.write,
    make.write,
    documentation.write,
)


def main() -> None:
    """Build it in a folder, with what was installed for it in others."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output", type=Path)
    parser.add_argument("--npm", type=Path, required=True, help="what npm has installed")
    parser.add_argument("--packages", type=Path, required=True, help="what uv has, of Python")
    given = parser.parse_args()
    for step in STEPS:
        step(Site(given.output, given.npm, given.packages))


if __name__ == "__main__":
    main()
