"""The project's command line, run to its end in an environment that is given in full."""

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from .processes import kill_group
from .project import Project

INHERITED = frozenset({"PATH", "HOME", "LANG", "TMPDIR"})
SECONDS = 60


@dataclass(frozen=True)
class Commands:
    """Runs the commands of a project; `measured` is what each process of it finds set."""

    project: Project
    measured: dict[str, str] = field(default_factory=dict)

    def environment(self, **settings: str) -> dict[str, str]:
        """The settings, and of this process's own variables only what any program needs."""
        inherited = {name: value for name, value in os.environ.items() if name in INHERITED}
        return inherited | self.measured | settings

    def run(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run `python -m <package> <arguments>`; the exit status is not checked."""
        return self.run_in(self.project.root, *arguments, **settings)

    def run_in(
        self, folder: Path, *arguments: str, **settings: str
    ) -> subprocess.CompletedProcess[str]:
        """The same, with another current folder than the project's."""
        with TemporaryDirectory(prefix="command-") as scratch:
            process = subprocess.Popen(
                [*self.project.command, *arguments],
                cwd=folder,
                env=self.environment(TMPDIR=scratch, **settings),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                start_new_session=True,
            )
            try:
                output, errors = process.communicate(timeout=SECONDS)
            finally:
                kill_group(process.pid)
                process.communicate()
        return subprocess.CompletedProcess(arguments, process.returncode, output, errors)

    def migrate(self, **settings: str) -> None:
        """Bring the database that the settings name up to date."""
        done = self.run("migrate", **settings)
        assert done.returncode == 0, done.stdout + done.stderr
