"""What serves where production.ini is given to `pserve`."""

import os
import sys


def serve(_app: object, _global_config: dict[str, str], **options: str) -> None:
    """Serve as the command `serve` does, whose workers make applications of their own."""
    if options:
        sys.exit(f"Error: [server:main] has {', '.join(options)}: set HOST and PORT instead")
    package = __package__.rpartition(".")[0]
    os.execv(sys.executable, [sys.executable, "-m", package, "serve"])  # noqa: S606  # no shell
