"""What adds a view, or a feature."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from pyramid.config import Configurator
from pyramid.security import NO_PERMISSION_REQUIRED

from task_service.features import modules


def add_view(config: Configurator, path: str, view: Any, **options: Any) -> None:
    """A view for anybody, whose answer is JSON, at a path of its own."""
    config.add_route(path, path)
    config.add_view(
        view, route_name=path, renderer="json", permission=NO_PERMISSION_REQUIRED, **options
    )


def add_feature(monkeypatch: pytest.MonkeyPatch, includeme: Callable[[Configurator], None]) -> None:
    """A feature of which the views are included so, in applications that are made from now on."""
    views = ModuleType(__name__)
    views.includeme = includeme  # type: ignore[attr-defined]  # as any module may have it

    def with_feature(name: str) -> list[ModuleType]:
        return [*modules(name), views] if name == "views" else modules(name)

    monkeypatch.setattr("task_service.web.app.modules", with_feature)
