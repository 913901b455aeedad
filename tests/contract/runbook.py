"""Does what the project's docs/production.md says, to the letter, where it takes no container."""

import re
import subprocess
from pathlib import Path

from .backing._postgresql_server import programs
from .commands import SECONDS, Commands
from .project import Project


class Runbook:
    """Runs the commands of the document in `folder`, where `data` stands for /data."""

    def __init__(self, commands: Commands, folder: Path) -> None:
        self._commands = commands
        self._folder = folder
        self._text = self.file_of(commands.project).read_text("utf-8")

    @staticmethod
    def file_of(project: Project) -> Path:
        return project.root / "docs" / "production.md"

    def follow(self, title: str, /, **settings: str) -> None:
        """Run what stands in blocks below the title, and check that each command succeeds."""
        _, found, section = self._text.partition(f"\n## {title}\n")
        blocks = re.findall(r"(?ms)^```sh\n(.+?)^```$", section.partition("\n## ")[0])
        # `inside` a container is inside nothing here.
        here = [re.sub(r"(?m)^inside\(\) .+", 'inside() { "$@"; }', block) for block in blocks]
        script = "".join(b for b in here if not re.search(r"(?m)^(?:docker|kubectl) ", b))
        assert found and script, f"{title!r} has no command that needs no container"
        if "inside" in script:
            script = 'inside() { "$@"; }\n' + self._placed(script, settings["DATABASE_URL"])
        environment = self._commands.environment(**settings)
        folders = (self._commands.project.program("python").parent, programs())
        environment["PATH"] = ":".join([*map(str, folders), environment["PATH"]])
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=self._folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout

    def _placed(self, script: str, url: str) -> str:
        """The script, where the database and what lies beside it are not in /data."""
        database = f"/data/{self._commands.project.package}.sqlite3"
        assert database in script
        script = script.replace(database, url.removeprefix("sqlite:///"))
        data = self._folder / "data"
        data.mkdir(exist_ok=True)
        return script.replace("/data/", f"{data}/")
