"""However a person comes by the templates and calls them, the same project is generated."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from .baking import tree
from .commands import cookiecutter
from .conftest import Baked
from .repository import FULLEST, MENU, ROOT, TEMPLATES, committed, copied, folder, git, questions

PROJECT = "task-service"
Way = Callable[[str, Path], Path]


def absolute_path(template: str, tmp_path: Path) -> Path:
    return _generated(tmp_path, folder(template), "--no-input")


def relative_path(template: str, tmp_path: Path) -> Path:
    copied(tmp_path / "there")
    here = tmp_path / "here"
    here.mkdir()
    return _generated(here, Path("..", "there", "templates", template), "--no-input")


def output_folder(template: str, tmp_path: Path) -> Path:
    options = ("--no-input", "--output-dir", "new")
    return _generated(tmp_path, folder(template), *options) / "new"


def menu(template: str, tmp_path: Path) -> Path:
    number = list(MENU).index(template) + 1
    typed = f"{number}\n" + "\n" * len(questions(template))
    return _generated(tmp_path, ROOT, typed=typed)


def directory(template: str, tmp_path: Path) -> Path:
    return _generated(tmp_path, ROOT, "--no-input", "--directory", f"templates/{template}")


def directory_of_a_relative_path(template: str, tmp_path: Path) -> Path:
    copied(tmp_path / "repository")
    options = ("--no-input", "--directory", f"templates/{template}", "--output-dir", "..")
    _generated(tmp_path / "repository", ".", *options)
    return tmp_path


def zip_archive(template: str, tmp_path: Path) -> Path:
    copied(tmp_path / "zipped" / "repository-main")
    archive = shutil.make_archive(str(tmp_path / "archive"), "zip", tmp_path / "zipped")
    return _generated(tmp_path, archive, "--no-input", "--directory", f"templates/{template}")


def git_url(template: str, tmp_path: Path) -> Path:
    # Cookiecutter wants to be told what is at an address that does not contain "git".
    url = f"git+{committed(tmp_path / 'repository').as_uri()}"
    return _generated(tmp_path, url, "--no-input", "--directory", f"templates/{template}")


def clone_without_symlinks(template: str, tmp_path: Path) -> Path:
    return _from_clone(template, tmp_path, "core.symlinks=false")


def clone_with_autocrlf(template: str, tmp_path: Path) -> Path:
    return _from_clone(template, tmp_path, "core.autocrlf=true")


def without_hooks(template: str, tmp_path: Path) -> Path:
    # With the recommended answers nothing is left out, so the project is whole.
    options = ("--no-input", "--accept-hooks", "no")
    return _generated(tmp_path, folder(template), *options)


WAYS = (
    absolute_path,
    relative_path,
    output_folder,
    menu,
    directory,
    directory_of_a_relative_path,
    zip_archive,
    git_url,
    clone_without_symlinks,
    clone_with_autocrlf,
    without_hooks,
)


@pytest.mark.parametrize(
    ("way", "template"),
    [
        (way, template)
        for template in TEMPLATES
        # Of the others only their entries differ; test_free_text.py leaves out the hooks of all.
        for way in (WAYS if template == FULLEST else (menu,))
    ],
    ids=lambda each: each if isinstance(each, str) else each.__name__,
)
def test_each_way_of_use_gives_the_same_project(
    way: Way, template: str, tmp_path: Path, baked: Baked
) -> None:
    assert tree(way(template, tmp_path) / PROJECT) == tree(baked(template))


def test_replay_gives_the_project_of_the_answers_before(tmp_path: Path) -> None:
    path = folder(FULLEST)
    first, second = ("--output-dir", "first"), ("--output-dir", "second")
    _generated(tmp_path, path, "--no-input", *first, "database=sqlite", "project_name=Replayed")
    _generated(tmp_path, path, "--replay", *second)
    assert tree(tmp_path / "second" / "replayed") == tree(tmp_path / "first" / "replayed")


def test_the_menu_says_when_to_choose_each_template(tmp_path: Path) -> None:
    shown = " ".join(cookiecutter(ROOT, cwd=tmp_path).stdout.split())
    for offered in MENU.values():
        assert f"{offered['title']} ({offered['description']})" in shown


def test_a_template_copied_out_of_the_repository_says_so_in_one_line(tmp_path: Path) -> None:
    alone = shutil.copytree(folder(FULLEST), tmp_path / "alone")
    done = cookiecutter(alone, "--no-input", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout == (
        f"Unable to load extension: {alone} was copied out of its repository: "
        "generate from the whole repository\n"
    )
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == [alone]


def _from_clone(template: str, tmp_path: Path, setting: str) -> Path:
    committed(tmp_path / "repository")
    git(tmp_path, "clone", "--quiet", "--config", setting, "repository", "clone")
    return _generated(tmp_path, tmp_path / "clone" / "templates" / template, "--no-input")


def _generated(cwd: Path, source: str | Path, *arguments: str, typed: str = "") -> Path:
    done = cookiecutter(source, *arguments, cwd=cwd, typed=typed)
    assert done.returncode == 0, done.stdout + done.stderr
    return cwd
