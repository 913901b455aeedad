"""Tries what watches over a project: `python -m tests.monitoring PATH`.

promtool checks its rules, and tells what they would have done. Then Prometheus scrapes the service,
as in production, under a load, and is asked for what each panel of the dashboard shows.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any

import httpx
import yaml

from tests.contract.client import Account, sign_up
from tests.contract.commands import Commands
from tests.contract.grounds import laid
from tests.contract.parts import parts_of
from tests.contract.processes import free_port
from tests.contract.project import project_at
from tests.contract.service import Service
from tests.contract.sockets import subscribed
from tests.contract.waiting import eventually

RULES = Path(__file__).with_name("rules_test.yaml")
# What Grafana puts in place of its own variable, here for scrapes of each second.
INTERVAL = ("$__rate_interval", "15s")


def main(path: str) -> None:
    project = project_at(Path(path).resolve())
    monitoring = project.root / "deploy" / "monitoring"
    commands = Commands(project, {})
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="monitoring-")))
        _test_rules(monitoring, folder)
        on_postgresql = project.requires("psycopg")
        grounds = stack.enter_context(laid(commands, on_postgresql=on_postgresql, workers=2))
        service = grounds.service("default")
        has_events = "events" in parts_of(project, service)
        port = stack.enter_context(_worker(commands, service.settings, folder))
        url = stack.enter_context(_prometheus(monitoring, folder, service.port, port))
        account = _sign_up(service)
        sockets = [subscribed(service, account.token)] * has_events
        with ExitStack() as load:
            for socket in sockets:
                load.enter_context(socket)
            load.enter_context(_under_load(service, account))
            with httpx.Client(base_url=url) as prometheus:
                _ask(prometheus, json.loads((monitoring / "dashboard.json").read_text("utf-8")))


def _test_rules(monitoring: Path, folder: Path) -> None:
    """Have promtool read them, as a file for Prometheus, and say when they call."""
    for file in (monitoring / "rules.yaml", RULES):
        shutil.copy(file, folder)
    for arguments in (["check", "rules", "rules.yaml"], ["test", "rules", RULES.name]):
        subprocess.run(["promtool", *arguments], cwd=folder, check=True)


@contextmanager
def _worker(commands: Commands, settings: dict[str, str], folder: Path) -> Iterator[int]:
    """A worker beside the service; the port of its metrics."""
    port = free_port()
    with (
        (folder / "done").open("wb") as said,
        subprocess.Popen(
            [*commands.project.command, "worker"],
            cwd=commands.project.root,
            env=commands.environment(**settings, WORKER_PORT=f"{port}"),
            stdout=said,
            stderr=said,
        ) as process,
    ):
        try:
            yield port
        finally:
            process.terminate()


@contextmanager
def _prometheus(monitoring: Path, folder: Path, *ports: int) -> Iterator[str]:
    """Prometheus as the project sets it up, but for where the service is, and quicker.

    ports: of the service and of the worker.
    """
    config = yaml.safe_load((monitoring / "prometheus.yaml").read_text("utf-8"))
    config["global"] = dict.fromkeys(config["global"], "1s")
    config["rule_files"] = [Path(each).name for each in config["rule_files"]]
    [scraped] = config["scrape_configs"][0]["static_configs"]
    assert len(scraped["targets"]) == len(ports)
    scraped["targets"] = [f"127.0.0.1:{port}" for port in ports]
    (folder / "prometheus.yaml").write_text(yaml.safe_dump(config), "utf-8")
    address = f"127.0.0.1:{free_port()}"
    options = {
        "--config.file": folder / "prometheus.yaml",
        "--storage.tsdb.path": folder / "data",
        "--web.listen-address": address,
    }
    with (
        (folder / "said").open("wb") as said,
        subprocess.Popen(
            ["prometheus", *(f"{name}={value}" for name, value in options.items())],
            stdout=said,
            stderr=said,
        ) as process,
    ):
        try:
            url = f"http://{address}"
            eventually(lambda: _is_ready(url), "Prometheus is ready", within=30)
            yield url
        finally:
            process.terminate()


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/-/ready").is_success
    except httpx.TransportError:
        return False


def _sign_up(service: Service) -> Account:
    with service.client() as client:
        return sign_up(client)


@contextmanager
def _under_load(service: Service, account: Account) -> Iterator[None]:
    """Ask for what there is, and for what there is not, until the block ends."""
    enough = Event()
    thread = Thread(target=_ask_for_all, args=(service, account, enough))
    thread.start()
    try:
        yield
    finally:
        enough.set()
        thread.join()


def _ask_for_all(service: Service, account: Account, enough: Event) -> None:
    with service.client(account.token) as client:
        while not enough.wait(0.1):
            for path in ("/", "/api/v1/users/me", "/api/v1/tasks", "/nowhere"):
                client.get(path)
            client.post("/api/v1/tasks", json={"title": "Water the plants"})


def _ask(prometheus: httpx.Client, dashboard: dict[str, Any]) -> None:
    """Ask for what each panel shows, and whether the rules can be evaluated."""
    queries = [
        (panel["title"], target["expr"].replace(*INTERVAL))
        for panel in dashboard["panels"]
        for target in panel["targets"]
    ]
    for title, query in queries:
        sys.stdout.write(f"{title}: {', '.join(_shown(prometheus, query))}\n")
    groups = prometheus.get("/api/v1/rules").json()["data"]["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert {rule["health"] for rule in rules} == {"ok"}
    sys.stdout.write(f"All {len(dashboard['panels'])} panels have data.\n")


def _shown(prometheus: httpx.Client, query: str) -> list[str]:
    eventually(lambda: bool(_values(prometheus, query)), f"data for {query}", within=30)
    return _values(prometheus, query)


def _values(prometheus: httpx.Client, query: str) -> list[str]:
    """The values of a query, once there are any, and each is a number."""
    answer = prometheus.get("/api/v1/query", params={"query": query}).json()
    assert answer["status"] == "success", answer
    values = [each["value"][1] for each in answer["data"]["result"]]
    return [] if "NaN" in values else values


if __name__ == "__main__":
    main(sys.argv[1])
