"""The HTTP server: granian, which loses no request when it is stopped."""

import contextlib
import os
import tempfile
from pathlib import Path
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer, WorkerProcess

from . import draining, logs
from .config import Settings
from .web import INTERFACE, INTERFACE_OPTIONS

# How long a request may still take once its worker is stopped.
KILL_SECONDS = 30


def run(settings: Settings, *, reload: bool) -> None:
    """Serve until a signal; in development one worker that starts anew when the code changes."""
    logs.configure(settings)
    if draining.SIGNAL:  # pragma: no branch  # Windows has none
        os.register_at_fork(after_in_child=draining.stay)
    with tempfile.TemporaryDirectory(prefix="metrics-") as folder:
        # prometheus_client adds up the workers through this folder; it looks when it is imported,
        # which is why the application is imported in the workers only.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        _Server(
            f"{__name__}:create_worker_app",
            factory=True,
            interface=Interfaces(INTERFACE),
            address=settings.host,
            port=settings.port,
            workers=1 if reload else settings.web_concurrency,
            respawn_failed_workers=True,
            respawn_interval=0.1,
            workers_kill_timeout=KILL_SECONDS,
            log_level=LogLevels(settings.log_level.lower()),
            log_dictconfig=logs.standard_library(settings),
            reload=reload,
            reload_paths=[Path(__file__).parent],
            **INTERFACE_OPTIONS,
        ).serve()


def create_worker_app() -> Any:
    """The application, in a worker."""
    draining.stay()
    from .web.app import create_app

    return create_app()


class _Worker(WorkerProcess):
    """A worker that asks its clients to leave before it stops."""

    def terminate(self) -> None:
        if draining.SIGNAL:  # pragma: no branch  # Windows has none
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.inner.pid, draining.SIGNAL)
        super().terminate()  # type: ignore[no-untyped-call]  # has no annotations


class _Server(MPServer):
    """A server of such workers."""

    def _spawn_worker(self, *arguments: Any, **options: Any) -> _Worker:
        worker: Any = super()._spawn_worker(*arguments, **options)
        worker.__class__ = _Worker
        found: _Worker = worker
        return found

    def shutdown(self, exit_code: int = 0) -> None:
        # A worker that the same signal has ended, as it was starting, is no accident.
        for worker in self.wrks:
            worker.interrupt_by_parent = True
        self.interrupt_children.clear()
        super().shutdown(exit_code)  # type: ignore[no-untyped-call]  # has no annotations
