"""A plugin of coverage.py that follows granian into its threads.

Rust starts them, so `threading` never gives them the trace function that coverage.py has set.
"""

import sys
import threading
from typing import Any

from coverage.plugin_support import Plugins


def coverage_init(_registry: Plugins, _options: dict[str, str]) -> None:
    """Called by coverage.py in each process that it measures."""
    # A worker is forked from a process that has imported it; the tests have no use for it.
    mp: Any = sys.modules.get("granian.server.mp")
    if mp is None:
        return
    wrap = mp._wsgi_call_wrap

    def wrap_traced(*arguments: Any) -> Any:
        serve = wrap(*arguments)

        def serve_traced(*request: Any) -> Any:
            if sys.gettrace() is None:
                sys.settrace(threading.gettrace())
            return serve(*request)

        return serve_traced

    mp._wsgi_call_wrap = wrap_traced
