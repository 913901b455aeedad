"""Runs Cookiecutter in the page, on the templates as they stand in the repository.

All is done by Cookiecutter and the templates' own hooks, but for one thing: a page starts no
processes, so a hook is run in this one.
"""

import contextlib
import io
import json
import os
import runpy
import shutil
import zipfile
from pathlib import Path

from cookiecutter import hooks
from cookiecutter.exceptions import CookiecutterException, UndefinedVariableInTemplate
from cookiecutter.main import cookiecutter
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import TextLexer, get_lexer_for_filename
from pygments.util import ClassNotFound

REPOSITORY = Path("/cookiecutter-backends")
OUTPUT = Path("/output")


def _run_in_process(script_path: str, cwd: str | Path = ".") -> None:
    with contextlib.chdir(cwd):
        runpy.run_path(script_path, run_name="__main__")


hooks.run_script = _run_in_process


def generate(template: str, answers: str) -> str:
    """Generate a project; what comes of it, as JSON.

    answers: a JSON object, as `--no-input name=answer` gives them on the command line.
    """
    # In which it was the last time, and which it could not remove then.
    os.chdir("/")
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir()
    os.chdir(OUTPUT)
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            project = cookiecutter(
                str(REPOSITORY),
                directory=f"templates/{template}",
                no_input=True,
                extra_context=json.loads(answers),
                # A page knows no settings of a person.
                default_config=True,
            )
    except UndefinedVariableInTemplate as error:
        return json.dumps({"problems": [error.message]})
    except CookiecutterException as error:
        # A line for each answer that is not allowed.
        return json.dumps({"problems": str(error).splitlines()})
    return json.dumps(
        {"slug": Path(project).name, "files": sorted(_files()), "said": said.getvalue()}
    )


def _files() -> list[str]:
    return [path.relative_to(OUTPUT).as_posix() for path in OUTPUT.rglob("*") if path.is_file()]


def show(path: str) -> str:
    """The content of a file as HTML; nothing where it is no text."""
    try:
        text = (OUTPUT / path).read_text("utf-8")
    except UnicodeDecodeError:
        return ""
    try:
        lexer = get_lexer_for_filename(path, text)
    except ClassNotFound:
        lexer = TextLexer()
    return highlight(text, lexer, HtmlFormatter(nowrap=True))


def archive() -> bytes:
    """The project as a zip archive."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(_files()):
            file.write(OUTPUT / path, path)
    return content.getvalue()
