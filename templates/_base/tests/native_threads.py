"""A plugin of coverage, which counts what runs in the threads of the server.

Granian starts them without Python's `threading`, which would hand the tracer on to them.
"""

import sys
import threading
from collections.abc import Callable
from typing import Any

# One of them is in the command line of each process that has such threads, or is forked to one.
SERVERS = {"serve", "--multiprocessing-fork"}


def coverage_init(_registry: object, _options: object) -> None:
    """Called by coverage in each process, before it traces anything."""
    if SERVERS & set(sys.orig_argv):
        from granian.server import mp

        mp._wsgi_call_wrap = _traced(mp._wsgi_call_wrap)  # type: ignore[attr-defined]  # private


def _traced(wrap: Callable[..., Any]) -> Callable[..., Any]:
    def wrap_traced(*arguments: Any) -> Any:
        call = wrap(*arguments)

        def call_traced(*request: Any) -> Any:
            if sys.gettrace() is None:
                sys.settrace(threading.gettrace())
            return call(*request)

        return call_traced

    return wrap_traced
