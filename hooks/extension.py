"""The Jinja extension with which a template inherits the files of `templates/_base`.

Cookiecutter includes files only from beside the one template, and renders hooks without a loader.
A template gets from here:

- `{% extends shared("Dockerfile") %}`: renders a file of `_base` with the template's own answers
  and lets the template override its blocks; in a hook, `{% include shared("hooks/x.py") %}`;
- `{{ verbatim("src/config.py") }}`: puts a file of `_base` in as it stands;
- `{{ synchronous("src/tasks/use_cases.py") }}`: an asynchronous module, without async and await;
- `{{ named("tests/test_readme.py") }}`: a file that has the name of the package in it;
- `{{if_sqlite('sqlite.py')}}`: the name of a file that another answer leaves out;
- `package_name(cookiecutter)`: checks the answers before a file is written;
- the filter `short_name`: the short name that is offered for a name;
- the filters `toml`, `python`, `markdown` and `oneline`: free text that can't break what it is
  put in.
"""

import importlib.util
import json
import os
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from cookiecutter.exceptions import FailedHookException
from jinja2 import Environment, Template, UndefinedError, pass_context
from jinja2.ext import Extension
from slugify import slugify

ROOT = Path(__file__).resolve().parents[1]
BASE = ROOT / "templates" / "_base"


def _load(name: str) -> ModuleType:
    """Load a module beside this one by its path: `hooks` is not on the import path."""
    spec = importlib.util.spec_from_file_location(
        f"cookiecutter_backends_{name}", Path(__file__).with_name(f"{name}.py")
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


answers = _load("answers")
quoting = _load("quoting")

# In the order in which they are applied.
_TO_SYNCHRONOUS = (
    # What only runs the coroutine below it has that one's body.
    (r"    asyncio\.run\(_(\w+)\(.*\)\)\n\n\nasync def _\1\(.*\) -> None:\n", ""),
    (r"(?<!\w)\(await ([\w.]+\((?:[^()]|\([^()]*\))*\))\)", r"\1"),
    (r"await asyncio\.to_thread\(([\w.]+), ", r"\1("),
    (r"\basyncio\.run\((.*)\)", r"\1"),
    (r"\bCoroutine\[Any, Any, (\w+)\]", r"\1"),
    (r", Coroutine\b", ""),
    (r"(?m)^import asyncio\n", ""),
    (r"await (\w+)\.run_sync\((\w+)\)", r"\2(\1)"),
    (
        r"sqlalchemy\.ext\.asyncio import AsyncEngine, create_async_engine",
        "sqlalchemy.engine import Engine, create_engine",
    ),
    (r"\bAsyncEngine\b", "Engine"),
    (r"\bcreate_async_engine\b", "create_engine"),
    (r"\basync_creator\b", "creator"),
    (r"\.sync_engine\b", ""),
    (r"\bsqlite\+aiosqlite\b", "sqlite"),
    (r"\bAsyncConnection\b", "Connection"),
    # Ruff's warning about asynchronous functions only.
    (r"  # noqa: ASYNC109\b.*", ""),
    (r'(?m)^ *implementation="redispy",\n', ""),
    (r"sqlalchemy\.ext\.asyncio", "sqlalchemy.orm"),
    (r"\bAsyncSession\b", "Session"),
    (r"\bAsyncIterator\b", "Iterator"),
    (r"\basynccontextmanager\b", "contextmanager"),
    (r"\b(limits|redis)\.a(?:sync)?io\b", r"\1"),
    (r"\basync (def|with|for)\b", r"\1"),
    (r"\bawait ", ""),
)


# The two forms that nearly all names and files of a template have. Jinja compiles each into a
# module of Python, which for a hundred files takes as long as Cookiecutter does for all the rest.
_ANSWER = re.compile(r"\{\{ ?cookiecutter\.(\w+) ?\}\}")
# What a template of ours says: a hook, or what is offered for an answer. Answers come as templates
# as well, from a command line, a link to one, or cruft, which keeps them: that is anybody's code,
# which is never run; the braces in them are text.
_HOOK = re.compile(r'\{% include shared\("hooks/\w+\.py"\) %\}\n?')
_OFFERED = {
    offered
    for file in ROOT.glob("templates/*/cookiecutter.json")
    for offered in json.loads(file.read_text("utf-8")).values()
    if isinstance(offered, str)
}
_FOLDER = "{{cookiecutter.project_slug}}"
# A folder that is named by a private answer, which may be empty, or what is in it.
_LEFT_OUT_FOLDER = re.compile(r"\{\{cookiecutter\.__(tasks)\}\}(?=[/\\]|$)")
_INHERITED = re.compile(r'\{\{ (verbatim|synchronous|named)\("([^"]+)"\) \}\}\n')
# What stands for the package in files of `_base` that import it by its name, as tests do; and for
# what is deployed, in whose names Kubernetes wants hyphens.
_PACKAGE = "task_service"
_LABEL = "task-service"


# The name of a file that is there with some answers only: `{{if_github_postgresql('x.yml')}}`. As
# whole conditions, they would make paths too long for Windows.
_ONLY_IF = re.compile(r"\{\{if_([a-z0-9_]+)\('([^']+)'\)\}\}")


def _only_if(given: Mapping[str, Any], match: re.Match[str]) -> str:
    wanted = match[1].split("_")
    return match[2] if all(given[answers.QUESTIONS[each]] == each for each in wanted) else ""


def _answer(answers: Mapping[str, Any], match: re.Match[str]) -> str:
    if match[1] not in answers:
        raise UndefinedError(f"there is no answer {match[1]!r}")
    return str(answers[match[1]])


class Rendered:
    """A template that needs no Jinja."""

    def __init__(self, render: Callable[[Mapping[str, Any]], str]) -> None:
        self._render = render

    def render(self, *, cookiecutter: Mapping[str, Any], **_context: object) -> str:
        """The text, with the answers filled in."""
        return self._render(cookiecutter)


class Shared(Extension):
    """Adds the functions and filters above to a template's environment."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.globals |= {
            "shared": self.shared,
            "verbatim": self.verbatim,
            "synchronous": self.synchronous,
            "named": self.named,
            "package_name": self.package_name,
        }
        environment.filters |= {
            name: getattr(quoting, name) for name in ("toml", "python", "markdown", "oneline")
        }
        environment.filters["short_name"] = lambda name: answers.short_name(slugify(str(name)))
        self._compile_name = environment.from_string
        self._compile_file = environment.get_template
        # In place of the methods: of what they give, Cookiecutter only calls `render`.
        vars(environment).update(from_string=self.from_string, get_template=self.get_template)

    def from_string(self, source: str, *arguments: Any, **options: Any) -> Template | Rendered:
        """The template of a name, which Cookiecutter renders as one: compiled only if need be."""
        if source == _FOLDER:
            return Rendered(self.folder)
        if _LEFT_OUT_FOLDER.search(source):
            return Rendered(partial(self.in_folder, source))
        return self.from_name(source, *arguments, **options)

    def from_name(self, source: str, *arguments: Any, **options: Any) -> Template | Rendered:
        """The template of any other name."""
        is_ours = source in _OFFERED or _HOOK.fullmatch(source)
        if is_ours and set("{%#") & set(_ANSWER.sub("", source)):
            return self._compile_name(source, *arguments, **options)
        return Rendered(
            lambda given: _ANSWER.sub(
                partial(_answer, given), _ONLY_IF.sub(partial(_only_if, given), source)
            )
        )

    def get_template(
        self, name: str | Template, *arguments: Any, **options: Any
    ) -> Template | Rendered:
        """The template of a file: compiled only if it does more than inherit."""
        # `extends` brings its template with it. Cookiecutter renders in the template's folder.
        text = "" if isinstance(name, Template) else Path(name).read_text("utf-8")
        inherited = _INHERITED.fullmatch(text)
        if inherited is None:
            return self._compile_file(name, *arguments, **options)
        function, path = inherited.groups()
        if function == "named":
            return Rendered(lambda answers: f"{self.named({'cookiecutter': answers}, path)}\n")
        return Rendered(lambda _answers: f"{getattr(self, function)(path)}\n")

    def shared(self, name: str) -> Template:
        """The file of `_base` as a template to extend or include."""
        path = (ROOT if name.startswith("hooks/") else BASE) / name
        code = self.environment.compile(path.read_text("utf-8"), name, str(path))
        return Template.from_code(self.environment, code, self.environment.make_globals(None))

    def verbatim(self, name: str) -> str:
        """The file's text; the file that asks for it ends the last line itself."""
        return (BASE / name).read_text("utf-8").removesuffix("\n")

    def synchronous(self, name: str) -> str:
        """The text of an asynchronous module for the frameworks that call it from threads."""
        text = self.verbatim(name)
        for pattern, replacement in _TO_SYNCHRONOUS:
            text = re.sub(pattern, replacement, text)
        return text

    @pass_context
    def named(self, context: Mapping[str, Any], name: str) -> str:
        """The text of a file that has the name of the package, or of what is deployed."""
        package: str = context["cookiecutter"]["__package_name"]
        text = self.verbatim(name).replace(_PACKAGE, package)
        return text.replace(_LABEL, package.replace("_", "-"))

    def in_folder(self, path: str, context: Mapping[str, Any]) -> str:
        """The name of a folder that is named by an answer, or of what is in it.

        Where the answer is empty, a file gets the name of its folder: Cookiecutter leaves it out,
        as one without a name. What is left of the folder is removed by the hook.
        """
        folder = _LEFT_OUT_FOLDER.search(path)
        assert folder
        # Cookiecutter renders in the template's folder.
        if not context[f"__{folder[1]}"] and Path(path).is_file():
            path = str(Path(path).parent)
        return str(self.from_name(_LEFT_OUT_FOLDER.sub(r"\1", path)).render(cookiecutter=context))

    def package_name(self, context: Mapping[str, Any]) -> str:
        """The name of the package to import, made of answers that are allowed.

        Raises the one error of which Cookiecutter prints the text and no more, here where nothing
        has been written yet: a `pre_gen_project` hook runs after the folder is made, even outside
        the output folder for a slug with a path in it.
        """
        if problems := answers.problems(context):
            raise FailedHookException("\n".join(problems))
        name: str = answers.package_name(context["project_slug"])
        return name

    def folder(self, context: Mapping[str, Any]) -> str:
        """The name of the folder: the last that is rendered before one is made.

        Answers that are replayed, or a package name that is given, have not been checked before.
        """
        self.package_name(context)
        # Where the person is: our hook, which runs elsewhere, finds it in its environment.
        os.environ["PWD"] = str(Path.cwd())
        name: str = context["project_slug"]
        return name
