"""`pviews` and `ptweens`, in the folder of the project, and what INI files say of logging."""

import logging
from pathlib import Path

import pytest
import waitress
from pyramid.scripts import ptweens, pviews

from task_service.config import Settings
from task_service.web.app import create_app
from task_service.web.pserve import serve_one_process

# As Pyramid's cookiecutter has it.
LOGGING = """
[loggers]
keys = root

[handlers]
keys = console

[formatters]
keys = generic

[logger_root]
level = INFO
handlers = console

[handler_console]
class = StreamHandler
args = (sys.stderr,)
formatter = generic

[formatter_generic]
format = of the file: %(message)s
"""


def test_pviews_says_which_views_a_path_has(capsys: pytest.CaptureFixture[str]) -> None:
    pviews.main(["pviews", "production.ini", "/api/v1/users/me"])
    assert "task_service.accounts.views.me" in capsys.readouterr().out


def test_ptweens_lists_the_tweens_from_outside_in(capsys: pytest.CaptureFixture[str]) -> None:
    ptweens.main(["ptweens", "production.ini"])
    lines = capsys.readouterr().out.strip().splitlines()[-4:]
    assert [line.split()[1] for line in lines] == [
        "INGRESS",
        "pyramid.tweens.excview_tween_factory",
        "task_service.infrastructure.api.routing.naming_tween_factory",
        "MAIN",
    ]


@pytest.mark.parametrize("said", [LOGGING, ""])
def test_an_ini_file_may_say_how_is_logged(
    said: str,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "own.ini"
    file.write_text(f"[app:main]\nuse = egg:task-service\n{said}", "utf-8")
    monkeypatch.setattr(waitress, "serve", lambda *_, **__: None)
    serve_one_process(create_app(settings), {"__file__": str(file)})
    logging.getLogger().warning("one process")
    monkeypatch.setenv("PYRAMID_INI", str(file))
    create_app(settings)
    logging.getLogger().warning("a worker")
    expected = "of the file: one process\nof the file: a worker\n" if said else ""
    assert capsys.readouterr().err == expected
