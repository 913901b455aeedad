"""Metrics of one process, which has no folder that it shares with others."""

from pathlib import Path

import pytest

from task_service.infrastructure.observability import (
    metrics,
)
from task_service.infrastructure.serving import FOLDER_VARIABLE


def test_they_are_counted_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    counted = metrics.Metrics()
    counted.observe("GET", "/livez", 200, 0.25)
    counted.observe("BREW", None, 404, 0.25)
    text = counted.render().decode()
    assert 'http_requests_total{method="GET",route="/livez",status="200"} 1.0' in text
    assert 'http_requests_total{method="OTHER",route="unmatched",status="404"} 1.0' in text


def test_where_the_folder_is_gone_there_are_those_of_this_process(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Its own folder may be gone as well.
    folder = tmp_path / "temporary" / "gone"
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    counted = metrics.Metrics()
    counted.observe("GET", "/livez", 200, 0.25)
    assert folder.is_dir()
    folder.rmdir()
    assert b'http_requests_total{method="GET",route="/livez",status="200"} 1.0' in counted.render()
