"""Logging is what `LOGGING` says, in whatever way the service is started."""

import os
import subprocess
import sys
from pathlib import Path

SAY = "import logging, task_service.web.asgi; logging.getLogger('shop').warning('sold')"
OWN = """
from task_service.web.settings import *

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"own": {"format": "%(name)s has %(message)s"}},
    "handlers": {"own": {"class": "logging.StreamHandler", "formatter": "own"}},
    "root": {"handlers": ["own"]},
}
"""


def said(folder: Path, **environment: str) -> tuple[str, str]:
    """What a server that sets up no logging by itself writes to both outputs."""
    done = subprocess.run(
        [sys.executable, "-c", SAY],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout, done.stderr


def test_any_server_s_lines_are_those_of_the_service(tmp_path: Path) -> None:
    out, error = said(tmp_path, LOG_FORMAT="json")
    assert out.startswith('{"event":"sold","logger":"shop","level":"warning"')
    assert not error


def test_a_configuration_of_ones_own_replaces_them(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(OWN)
    assert said(tmp_path, DJANGO_SETTINGS_MODULE="own") == ("", "shop has sold\n")
