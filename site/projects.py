"""The projects that the templates give for the recommended answers."""

import atexit
import json
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from cookiecutter.main import cookiecutter
from output import ROOT

MENU: dict[str, dict[str, str]] = json.loads((ROOT / "cookiecutter.json").read_text("utf-8"))[
    "templates"
]


@cache
def generated(template: str) -> Path:
    """The folder of a project, to be read."""
    folder = Path(mkdtemp(prefix="site-"))
    atexit.register(shutil.rmtree, folder)
    config = folder / "cookiecutter.yaml"
    config.write_text(f"replay_dir: {folder.as_posix()}\n", "utf-8")
    return Path(
        cookiecutter(
            str(ROOT / "templates" / template),
            no_input=True,
            accept_hooks=False,
            output_dir=str(folder),
            config_file=str(config),
        )
    )
