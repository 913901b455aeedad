"""Figures of a process, and of those that share its folder, whatever becomes of them."""

import socket
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click import ClickException
from prometheus_client import CollectorRegistry, generate_latest

from task_service.infrastructure.observability import (
    processes,
)

SOLD = ("hats_sold_total", "Hats that were sold.", 3)
LEFT = ("hats_left", "Hats that are left.", 4)


@pytest.fixture
def folder() -> Iterator[Path]:
    # A socket's path is short.
    with TemporaryDirectory() as name:
        yield Path(name)


def told(of: processes.Processes) -> list[str]:
    registry = CollectorRegistry()
    registry.register(of)
    lines = generate_latest(registry).decode().splitlines()
    return [line for line in lines if "hats" in line]


def test_each_figure_is_one_of_a_process(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for pid in (7, 8):
        monkeypatch.setattr("os.getpid", lambda pid=pid: pid)
        scraped = processes.Processes(folder)
        scraped.watch(lambda: [SOLD, LEFT])
    assert told(scraped) == [
        "# HELP hats_sold_total Hats that were sold.",
        "# TYPE hats_sold_total counter",
        'hats_sold_total{pid="8"} 3.0',
        'hats_sold_total{pid="7"} 3.0',
        "# HELP hats_left Hats that are left.",
        "# TYPE hats_left gauge",
        'hats_left{pid="8"} 4.0',
        'hats_left{pid="7"} 4.0',
    ]


def test_one_that_has_ended_or_hangs_is_left_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "PATIENCE_SECONDS", 0.01)
    scraped = processes.Processes(folder)
    scraped.watch(lambda: [LEFT])
    with socket.socket(socket.AF_UNIX) as ended, socket.socket(socket.AF_UNIX) as hanging:
        ended.bind(str(folder / "8.sock"))
        hanging.bind(str(folder / "9.sock"))
        hanging.listen()
        assert len(told(scraped)) == 3


def test_where_a_socket_can_have_no_name_it_tells_of_itself(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    scraped = processes.Processes(folder)
    scraped.watch(lambda: [LEFT])
    assert len(told(scraped)) == 3
    assert "can't ask this process" in caplog.text


def test_it_goes_on_where_it_can_open_no_more_files(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    with socket.socket() as listening:
        # It does not listen.
        processes.Processes(None).answer(listening)
    assert waited == [processes.RECOVERY_SECONDS]


def test_it_does_not_wait_after_those_who_have_gone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    path = str(folder / "asked")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()
        with socket.socket(socket.AF_UNIX) as gone:
            gone.connect(path)
        processes.Processes(None).answer(listening)
    assert waited == []


def test_a_worker_says_whose_address_it_can_not_have() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ClickException) as failed:
            processes.serve("127.0.0.1", port, list)
    assert str(failed.value) == f"WORKER_PORT: 127.0.0.1:{port}: Address already in use"
