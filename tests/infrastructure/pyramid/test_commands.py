"""`pviews` and `ptweens`, in the folder of the project."""

import pytest
from pyramid.scripts import ptweens, pviews


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
