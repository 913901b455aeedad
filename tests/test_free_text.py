"""Whatever a person types as a name or a sentence arrives as it is, and breaks nothing."""

import ast
import subprocess
import sys
import tomllib
import unicodedata
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from cmarkgfm import github_flavored_markdown_to_html
from cmarkgfm.cmark import Options
from hypothesis import given, settings
from hypothesis import strategies as st

from .baking import bake_typed, tree
from .conftest import Baked
from .repository import FULLEST, TEMPLATES

SLUG = {"project_slug": "task-service"}
TEXTS = ("project_name", "description", "author_name")
# The only files in which a person's text may stand, all checked here.
PLACES = {"LICENSE", "README.md", "pyproject.toml", "src/task_service/about.py"}
# What some format or program of a generated project would read as its own.
# fmt: off
NASTY = (
    "'", '"', "'''", '"""', "\\", "\\n", "{{ 7 * 7 }}", "{% raw %}", "{# x #}", "${HOME}",
    "$(id)", "`id`", "%s", "%(x)s", "{}", "{0}", "\n", "\r\n", "\t", " ", "\u2028", "\x85",
    "# ", "#", "1. ", "- ", "+", "* ", "> ", "= ", "---", "***", "___", "~~~", "```",
    "| a | b |", "[a](b)", "![a](b)", "<b>", "</title><script>alert(1)</script>", "<!--",
    "&amp;", "&lt;", "&#35;", "AT&T", "C#", "=cmd", "https://example.com", "www.example.com",
    "a@example.com", ":smile:", "snake_case", "~a~", "$x$", ": ", "- !!python/object:os.system",
    "*a", "&a", "?", "|", ">", "@", "yes", "null", "0x1f", "\\N{DASH}", "😀", "👩\u200d🔧", "שלום",
    "مرحبا", "\u200f", "日本語", "é", "e\u0301", "\ufeff", "\ufffe", "\U000e0041",
    "\ue000", "Служба", "0.0.0.0", "/tmp/x", "password = 'x'",
)
# fmt: on
# These make a text read as another one, and are refused as control characters are.
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
TEXT = (
    st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=8)), min_size=1, max_size=12)
    .map("".join)
    .map(lambda text: "".join(c for c in text if c.isspace() or not _is_control(c))[:200])
    .filter(str.strip)
)
OFTEN_BROKEN = (
    # As long as is allowed.
    dict.fromkeys(TEXTS, '"' * 200),
    {
        "project_name": "{{ 7 * 7 }} # 'a' \\ </title> {% now %} *b*",
        "description": '""" ${HOME} `id` {# x #} <b> [c](d) &lt; C# 日本語 שלום',
        "author_name": "1. \\n %(x)s {0} ~~~ | e@example.com | _f_ 😀",
    },
)


@settings(deadline=None, max_examples=25)
@given(texts=st.fixed_dictionaries(dict.fromkeys(TEXTS, TEXT)))
def test_any_free_text_arrives_as_it_is(texts: dict[str, str], baked: Baked) -> None:
    with TemporaryDirectory() as folder:
        _check(FULLEST, texts, Path(folder), tree(baked(FULLEST)))


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("texts", OFTEN_BROKEN, ids=lambda texts: ascii(texts["project_name"]))
def test_free_text_arrives_as_it_is_in_each_template(
    template: str, texts: dict[str, str], baked: Baked, tmp_path: Path
) -> None:
    """The filters are shared, but not where they are used."""
    _check(template, texts, tmp_path, tree(baked(template)))


@pytest.mark.parametrize(
    "text", ["{% if cookiecutter %}{{ 7 * 7 }}{% endif %}", '{{ shared("hooks/answers.py") }}']
)
def test_what_a_command_line_brings_is_text(text: str, baked: Baked) -> None:
    """Who runs a command that somebody else has sent, or a link to one, runs no code of theirs."""
    texts = dict.fromkeys(TEXTS, text)
    project = baked(FULLEST, **SLUG, **texts)
    _check_module((project / "src/task_service/about.py").read_text("utf-8"), texts)
    _check_readme((project / "README.md").read_text("utf-8"), texts)


def _check(template: str, texts: dict[str, str], into: Path, usual: dict[str, bytes]) -> None:
    project = bake_typed(template, into, {**SLUG, **texts}, hooks=False)
    generated = tree(project)
    assert {path for path in usual if usual[path] != generated.get(path)} <= PLACES
    assert generated.keys() == usual.keys()
    text = {name: " ".join(value.split()) for name, value in texts.items()}
    _check_metadata(generated["pyproject.toml"].decode(), text)
    _check_module(generated["src/task_service/about.py"].decode(), text)
    _check_style(project)
    _check_readme(generated["README.md"].decode(), text)
    # No year: it would change with each comparison in a later one.
    assert f"Copyright (c) {text['author_name']}" in generated["LICENSE"].decode()


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs"} or character in TURNING


def _check_metadata(declared: str, text: Mapping[str, str]) -> None:
    project = tomllib.loads(declared)["project"]
    assert project["name"] == "task-service"
    assert project["description"] == text["description"]
    assert project["authors"] == [{"name": text["author_name"], "email": "you@example.com"}]


def _check_module(module: str, text: Mapping[str, str]) -> None:
    assigned = {
        ast.unparse(statement.targets[0]): statement.value
        for statement in ast.parse(module).body
        if isinstance(statement, ast.Assign)
    }
    assert ast.literal_eval(assigned["NAME"]) == text["project_name"]
    assert ast.literal_eval(assigned["DESCRIPTION"]) == text["description"]
    assert all(character.isprintable() or character == "\n" for character in module)


def _check_style(project: Path) -> None:
    for command in (["format", "--check"], ["check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--no-cache", "src/task_service/about.py"],
            cwd=project,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def _check_readme(readme: str, text: Mapping[str, str]) -> None:
    """The title is the name and the first paragraph the description, as GitHub renders them."""
    shown = _Shown(github_flavored_markdown_to_html(readme, options=Options.CMARK_OPT_UNSAFE))
    (title, name), (paragraph, description) = shown.blocks[:2]
    assert (title, paragraph) == (["h1"], ["p"])
    assert (name, description) == (text["project_name"], text["description"])


class _Shown(HTMLParser):
    """The blocks of a page, each with its elements and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.blocks: list[tuple[list[str], str]] = []
        self._depth = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if self._depth == 0:
            self.blocks.append(([tag], ""))
        elif not (tag == "a" and f"{attributes[0][1]}".startswith("mailto:")):
            self.blocks[-1][0].append(tag)
        self._depth += 1

    def handle_endtag(self, _: str) -> None:
        self._depth -= 1

    def handle_data(self, data: str) -> None:
        if self._depth:
            elements, text = self.blocks[-1]
            self.blocks[-1] = (elements, text + data)
