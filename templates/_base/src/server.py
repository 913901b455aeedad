"""The HTTP server: granian, which loses no request when it is stopped."""

import contextlib
import os
import signal
import tempfile
import time
from pathlib import Path

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from . import draining, logs
from .config import Settings
from .web import INTERFACE, INTERFACE_OPTIONS

# Longer than the 30 s that a running request may take once the service is told to stop.
KILL_SECONDS = 35


def run(settings: Settings, *, reload: bool) -> None:
    """Serve until a signal; in development one worker that starts anew when the code changes."""
    logs.configure(settings)
    if draining.SIGNAL:  # pragma: no branch  # Windows has none
        # A worker that is still starting must not die of it; it inherits this.
        signal.signal(draining.SIGNAL, signal.SIG_IGN)
    with tempfile.TemporaryDirectory(prefix="metrics-") as folder:
        # prometheus_client adds up the workers through this folder; it looks when it is imported,
        # which is why the application is imported in the workers only.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        _Server(
            f"{__package__}.web.app:create_app",
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


class _Server(MPServer):
    """A server whose clients are asked to leave before its workers are stopped."""

    def shutdown(self, exit_code: int = 0) -> None:
        if draining.SIGNAL and not self.reload_on_changes:
            for worker in self.wrks:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(worker.inner.pid, draining.SIGNAL)
            time.sleep(draining.SECONDS)
        super().shutdown(exit_code)  # type: ignore[no-untyped-call]  # has no annotations
