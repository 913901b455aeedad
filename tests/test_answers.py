"""Answers that are not allowed are refused in one line, before anything is written."""

from pathlib import Path

import pytest
from cookiecutter.exceptions import FailedHookException

from .baking import bake
from .commands import cookiecutter
from .repository import ROOT, TEMPLATES

SLUG = (
    "at most 50 lower-case letters and digits, a letter first, "
    "with single hyphens or underscores between them"
)
TEXT = "at least 1 and at most 200 characters"
CONTROLS = "no control characters but tabs and line breaks"
EMAIL = "one address such as you@example.com, at most 254 characters"
REFUSED = [
    *(
        ("project_slug", slug, SLUG)
        for slug in (
            "",
            " ",
            ".",
            "..",
            "../outside",
            "a/b",
            "a\\b",
            "/absolute",
            "C:\\absolute",
            "~",
            "a" * 51,
            "a" * 300,
            "Upper",
            "1st",
            "two--hyphens",
            "-first",
            "last-",
            "_private",
            "with space",
            "line\nbreak",
            "dot.ted",
            "naïve",
            "служба",
            "{{ 7 * 7 }}",
            "$(id)",
        )
    ),
    ("project_slug", "test-shop", "any name that does not begin with test"),
    *(
        ("project_slug", slug, "any name but those of the words of the Python language")
        for slug in ("import", "async", "match", "type")
    ),
    *(
        ("project_slug", slug, "any name but those of the modules of Python's standard library")
        for slug in ("json", "concurrent", "email")
    ),
    *(
        (
            "project_slug",
            slug,
            "any name but those of the packages and commands that the service uses",
        )
        for slug in (
            "fastapi",
            "typing-extensions",
            "test",
            "tests",
            "src",
            "python",
            "pip",
            "dist",
        )
    ),
    *(
        ("project_slug", slug, "any name but those of the devices of Windows")
        for slug in ("con", "nul", "com1", "lpt9")
    ),
    *(
        (name, text, allowed)
        for name in ("project_name", "description", "author_name")
        for text, allowed in (
            ("", TEXT),
            (" \t\n", TEXT),
            ("a" * 201, TEXT),
            ("nul \0", CONTROLS),
            ("escape \x1b[31m", CONTROLS),
            ("backspace \x08", CONTROLS),
            ("half a pair \ud800", CONTROLS),
        )
    ),
    *(
        ("author_email", address, EMAIL)
        for address in (
            "",
            "you",
            "you@",
            "you@localhost",
            "@example.com",
            "two@at@example.com",
            "you@example..com",
            "you@-example.com",
            "You <you@example.com>",
            'quote"@example.com',
            "back\\slash@example.com",
            "you@example.com\nBcc: all@example.com",
            f"{'a' * 243}@example.com",
        )
    ),
]


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize(
    ("name", "value", "allowed"), REFUSED, ids=lambda text: ascii(text)[1:-1][:40]
)
def test_a_bad_answer_is_named_with_its_value_and_with_what_is_allowed(
    template: str, name: str, value: str, allowed: str, tmp_path: Path
) -> None:
    into = tmp_path / "into" / "deeper"
    into.mkdir(parents=True)
    answers = {"project_name": "Task Service", "project_slug": "task-service", name: value}
    with pytest.raises(FailedHookException) as refused:
        bake(template, into, answers)
    shown = ascii(value if len(value) <= 60 else f"{value[:57]}...")
    assert str(refused.value) == f"{name} {shown} is not allowed: {allowed}"
    assert list(tmp_path.rglob("*")) == [into.parent, into]


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("slug", ["../outside", "/absolute", "a" * 300, "import"])
def test_the_command_prints_one_line_and_ends_with_status_1(
    template: str, slug: str, tmp_path: Path
) -> None:
    into = tmp_path / "into"
    into.mkdir()
    path = ROOT / "templates" / template
    done = cookiecutter(path, "--no-input", f"project_slug={slug}", cwd=into)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("project_slug '")
    assert done.stdout.count("\n") == 1
    assert list(tmp_path.rglob("*")) == [into]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Task Service", "task-service"),
        ("  Ünïcode 2 Go! ", "unicode-2-go"),
        ("snake_case", "snake-case"),
        ("a", "a"),
    ],
)
def test_the_short_name_is_made_of_the_name(name: str, slug: str, tmp_path: Path) -> None:
    assert bake_with_defaults(name, tmp_path).name == slug


@pytest.mark.parametrize("slug", ["a", "a1", "snake_case", "kebab-case", "mi-x_ed", "a" * 50])
def test_a_good_short_name_names_folder_package_and_command(slug: str, tmp_path: Path) -> None:
    project = bake(TEMPLATES[0], tmp_path, {"project_slug": slug})
    package = slug.replace("-", "_")
    assert project == tmp_path / slug
    assert [path.name for path in (project / "src").iterdir()] == [package]
    declared = (project / "pyproject.toml").read_text("utf-8")
    assert f'\n{slug} = "{package}.__main__:main"\n' in declared


def bake_with_defaults(name: str, tmp_path: Path) -> Path:
    path = ROOT / "templates" / TEMPLATES[0]
    done = cookiecutter(path, "--no-input", f"project_name={name}", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    (project,) = tmp_path.iterdir()
    return project
