"""Answers that are not allowed are refused in a line each, before anything is written."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cookiecutter.exceptions import FailedHookException
from pytest_cookies.plugin import Cookies

from .baking import bake_typed, project_of
from .commands import cookiecutter
from .repository import FULLEST, TEMPLATES, folder

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
    ("project_slug", "test-shop", "any name that does not begin with test- or test_"),
    *(
        ("project_slug", slug, "any name but those of the words of the Python language")
        for slug in ("import", "async", "match", "type")
    ),
    *(
        ("project_slug", slug, "any name but those of the modules of Python's standard library")
        for slug in (
            "json",
            "concurrent",
            "email",
            # Of other versions of Python than this one.
            "cgi",
            "distutils",
            "annotationlib",
            "compression",
        )
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
            "git",
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
            ("turned \u202e", CONTROLS),
            ("set apart \u2066", CONTROLS),
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
            ".you@example.com",
            "you.@example.com",
            "y..ou@example.com",
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
ONE_OF_EACH = {refused[0]: refused for refused in REFUSED}.values()
PATH = folder(FULLEST)


# The rules are shared: all are tried on one template, each question on every other one.
@pytest.mark.parametrize(
    ("template", "name", "value", "allowed"),
    [
        (template, *refused)
        for template in TEMPLATES
        for refused in (REFUSED if template == FULLEST else ONE_OF_EACH)
    ],
    ids=lambda text: ascii(text)[1:-1][:40],
)
def test_a_bad_answer_is_named_with_its_value_and_with_what_is_allowed(
    template: str, name: str, value: str, allowed: str, tmp_path: Path
) -> None:
    into = tmp_path / "into" / "deeper"
    into.mkdir(parents=True)
    answers = {"project_name": "Task Service", "project_slug": "task-service", name: value}
    with pytest.raises(FailedHookException) as refused:
        bake_typed(template, into, answers)
    shown = repr(value if len(value) <= 60 else f"{value[:57]}...")
    assert str(refused.value) == f"{name} {shown} is not allowed: {allowed}"
    assert list(tmp_path.rglob("*")) == [into.parent, into]


def test_all_bad_answers_are_named_at_once_each_in_a_line(tmp_path: Path) -> None:
    answers = ("author_email=nobody", "project_slug=../outside", "author_name= ")
    done = cookiecutter(PATH, "--no-input", *answers, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines() == [
        f"author_name ' ' is not allowed: {TEXT}",
        f"project_slug '../outside' is not allowed: {SLUG}",
        f"author_email 'nobody' is not allowed: {EMAIL}",
    ]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("slug", ["../outside", "/absolute", "a" * 300, "import"])
def test_the_command_prints_one_line_and_ends_with_status_1(slug: str, tmp_path: Path) -> None:
    into = tmp_path / "into"
    into.mkdir()
    done = cookiecutter(PATH, "--no-input", f"project_slug={slug}", cwd=into)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("project_slug '")
    assert done.stdout.count("\n") == 1
    assert list(tmp_path.rglob("*")) == [into]


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The file of answers that Cookiecutter has kept."""
    folder = tmp_path_factory.mktemp("replay")
    config = folder / "config.yaml"
    config.write_text(f"replay_dir: {folder.as_posix()}\n", "utf-8")
    done = cookiecutter(PATH, "--no-input", "--config-file", config, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return (folder / f"{PATH.name}.json").read_text("utf-8")


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({"project_slug": "../outside"}, "project_slug '../outside'"),
        ({"__package_name": "../../outside"}, "__package_name '../../outside'"),
        ({"__package_name": None}, "__package_name None"),
        ({"author_name": "escape \x1b[31m"}, r"author_name 'escape \x1b[31m'"),
    ],
)
def test_replayed_answers_are_checked_too(
    changed: dict[str, object], refused: str, replay: str, tmp_path: Path
) -> None:
    answers = json.loads(replay)
    answers["cookiecutter"] |= changed
    replayed, into = tmp_path / "replayed.json", tmp_path / "into"
    replayed.write_text(json.dumps(answers), "utf-8")
    done = cookiecutter(PATH, "--replay-file", replayed, "--output-dir", into, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(f"{refused} is not allowed: ")
    assert done.stdout.count("\n") == 1
    assert not list(into.rglob("*"))
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("name", ["project_name", "author_name", "author_email"])
@pytest.mark.parametrize("value", ["", "true", "{a: b}"], ids=["null", "true", "mapping"])
def test_settings_that_are_no_text_are_refused_without_a_traceback(
    name: str, value: str, tmp_path: Path
) -> None:
    done = _with_settings(tmp_path, f"{name}: {value}")
    assert (done.returncode, done.stderr) == (1, "")
    assert "Traceback" not in done.stdout


def test_settings_may_refer_to_answers_before_them_only(tmp_path: Path) -> None:
    done = _with_settings(tmp_path, "description: About {{ cookiecutter.project_name }}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "About Task Service" in (tmp_path / "task-service" / "README.md").read_text("utf-8")
    done = _with_settings(tmp_path, "project_name: About {{ cookiecutter.description }}")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("Unable to render variable 'project_name'\n")


def test_what_the_terminal_can_not_show_is_escaped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = {}
    for encoding in ("utf-8", "latin-1", "ascii"):
        monkeypatch.setenv("PYTHONIOENCODING", encoding)
        done = subprocess.run(
            [sys.executable, "-m", "cookiecutter", PATH, "--no-input", "project_slug=tâche-😀"],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        shown[encoding] = done.stdout.decode(encoding).split(" is not")[0]
    assert shown == {
        "utf-8": "project_slug 'tâche-😀'",
        "latin-1": r"project_slug 'tâche-\U0001f600'",
        "ascii": r"project_slug 't\xe2che-\U0001f600'",
    }


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Task Service", "task-service"),
        ("  Ünïcode 2 Go! ", "unicode-2-go"),
        ("snake_case", "snake-case"),
        ("a", "a"),
        ("Testing", "testing"),
        ("3D Printer", "service-3d-printer"),
        ("Test Shop", "service-test-shop"),
        ("Django", "django-service"),
        ("🚀", "my-service"),
        ("a" * 200, "a" * 42),
    ],
)
def test_the_short_name_is_made_of_the_name(name: str, slug: str, cookies: Cookies) -> None:
    assert _baked(cookies, project_name=name).name == slug


@pytest.mark.parametrize("slug", ["a", "a1", "snake_case", "kebab-case", "mi-x_ed", "a" * 50])
def test_a_good_short_name_names_folder_package_and_command(slug: str, cookies: Cookies) -> None:
    project = _baked(cookies, project_slug=slug)
    package = slug.replace("-", "_")
    assert project.name == slug
    assert [path.name for path in (project / "src").iterdir()] == [package]
    declared = (project / "pyproject.toml").read_text("utf-8")
    assert f'\n{slug} = "{package}.__main__:main"\n' in declared


def _with_settings(tmp_path: Path, answer: str) -> subprocess.CompletedProcess[str]:
    config = tmp_path / "config.yaml"
    config.write_text(f"default_context:\n  {answer}\n", "utf-8")
    return cookiecutter(PATH, "--no-input", "--config-file", config, cwd=tmp_path)


def _baked(cookies: Cookies, **answers: str) -> Path:
    return project_of(cookies.bake(answers, str(PATH)))
