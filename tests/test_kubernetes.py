"""What a project has for Kubernetes: kustomize builds it, and Kubernetes would take it."""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import promql_parser
import pytest
import yaml

from .baking import tree
from .conftest import Baked
from .repository import BASE, FULLEST, TEMPLATES

KUBECTL = Path(sys.executable).with_name("kubectl")
OVERLAYS = ("staging", "production")
METRICS = [
    BASE / "src/infrastructure" / file
    for file in (
        "observability/metrics.py",
        "edge/policy.py",
        "observability/processes.py",
        "jobs/queue.py",
    )
]
# What Prometheus' operator and kube-state-metrics bring.
OF_THE_OPERATOR = {"ServiceMonitor", "PodMonitor", "PrometheusRule"}
OF_KUBERNETES = "kube_deployment_status_replicas_available"
# Those that YAML would take for something else.
NAMES = ("null", "true", "on", "my_shop")
# What stops a service waits for so much more than DRAIN_SECONDS, as docs/production.md says.
END_SECONDS = 40

MIGRATE = ["python", "-m", "task_service", "migrate"]
WORK = ["python", "-m", "task_service", "worker"]
# The second of its kind.
WORKER = "Deployment task-service-worker"

Built = Mapping[str, Any]


@pytest.fixture(params=["postgresql", "sqlite"])
def project(request: pytest.FixtureRequest, baked: Baked) -> Path:
    return baked(FULLEST, database=request.param, deploy="kubernetes")


@pytest.mark.parametrize("database", ["postgresql", "sqlite"])
def test_all_templates_have_the_same(database: str, baked: Baked) -> None:
    """So what is shown of one here is so of each."""
    answers = {"database": database, "deploy": "kubernetes"}
    first, *others = (tree(baked(template, **answers) / "deploy") for template in TEMPLATES)
    for each in (first, *others):
        # Some show live events in it; `nox -s monitoring` tries it with each.
        assert each.pop("monitoring/dashboard.json")
    assert all(each == first for each in others)


def test_kubernetes_takes_each_overlay(project: Path, tmp_path: Path) -> None:
    for overlay in OVERLAYS:
        _validate(_built(project, overlay))
        _validate(_built(_monitored(project, tmp_path / overlay), overlay))


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_service_finds_its_settings_and_who_asks_finds_the_service(
    project: Path, overlay: str
) -> None:
    built = _built(project, overlay)
    server, *others = _pods(built)
    selected = built["Service"]["spec"]["selector"].items()
    assert selected <= server["metadata"]["labels"].items()
    assert not any(selected <= other["metadata"]["labels"].items() for other in others)
    for pod in (server, *others):
        labels, spec = pod["metadata"]["labels"], pod["spec"]
        policy = built["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"]
        assert policy.items() <= labels.items()
        assert spec["serviceAccountName"] == built["ServiceAccount"]["metadata"]["name"]
        for container in spec["containers"] + spec.get("initContainers", []):
            config = container["envFrom"][0]["configMapRef"]["name"]
            assert config == built["ConfigMap"]["metadata"]["name"]
            assert container["image"].startswith("registry.example.com/task-service:")


def test_a_pod_is_stopped_when_it_has_drained_and_no_sooner(project: Path) -> None:
    built = _built(project, "production")
    patience = built["Deployment"]["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
    drain = int(built["ConfigMap"]["data"].get("DRAIN_SECONDS", 0))
    assert patience == drain + END_SECONDS if drain else patience >= END_SECONDS


def test_a_worker_does_jobs_and_tells_of_them(project: Path, tmp_path: Path) -> None:
    built = _built(_monitored(project, tmp_path), "production")
    pod = built.get(WORKER, built["Deployment"])["spec"]["template"]
    [worker] = [each for each in pod["spec"]["containers"] if each["name"] == "worker"]
    assert worker["args"] == WORK
    assert pod["spec"]["terminationGracePeriodSeconds"] >= END_SECONDS
    [port] = worker["ports"]
    assert worker["env"] == [{"name": "WORKER_PORT", "value": str(port["containerPort"])}]
    for probe in ("livenessProbe", "readinessProbe"):
        assert worker[probe]["httpGet"]["port"] == port["name"]
    [ingress] = built["NetworkPolicy"]["spec"]["ingress"]
    assert {"port": port["name"]} in ingress["ports"]
    monitor = built["PodMonitor"]["spec"]
    assert [each["port"] for each in monitor["podMetricsEndpoints"]] == [port["name"]]
    labels = pod["metadata"]["labels"]
    assert monitor["selector"]["matchLabels"].items() <= labels.items()
    # By it the rules know whose metrics they are.
    assert labels[monitor["jobLabel"]] == built["Service"]["metadata"]["name"]


def test_with_postgresql_the_tables_come_in_a_step_before_the_servers(baked: Baked) -> None:
    project = baked(FULLEST, database="postgresql", deploy="kubernetes")
    built = _built(project, "production")
    runbook = (project / "docs" / "production.md").read_text("utf-8")
    ((label, components),) = re.findall(r"--selector '(\S+) notin \((.+)\)'", runbook)
    left_out = {
        kind
        for kind, each in built.items()
        if each["metadata"]["labels"].get(label) in components.split(",")
    }
    assert left_out == {"Deployment", WORKER}
    (command,) = built["Job"]["spec"]["template"]["spec"]["containers"]
    assert command["args"] == MIGRATE
    # How many there are is up to the autoscaler.
    assert "replicas" not in built["Deployment"]["spec"]


@pytest.mark.parametrize(("condition", "is_rolled_out"), [("complete", True), ("failed", False)])
def test_the_servers_follow_once_the_migration_is_done_and_not_when_it_has_failed(
    condition: str, is_rolled_out: bool, baked: Baked, tmp_path: Path
) -> None:
    project = baked(FULLEST, database="postgresql", deploy="kubernetes")
    runbook = (project / "docs" / "production.md").read_text("utf-8")
    (script,) = re.findall(r"(?ms)^```sh\n(OVERLAY=.+?)^```$", runbook)
    kubectl = f'kubectl() {{ echo "$@" >> asked; [[ $1 != wait || $* == *={condition}* ]]; }}\n'
    command = ["bash", "-euo", "pipefail", "-c", kubectl + script]
    done = subprocess.run(command, cwd=tmp_path, check=False, timeout=30)
    assert (done.returncode == 0) == is_rolled_out
    asked = (tmp_path / "asked").read_text("utf-8")
    assert ("rollout status" in asked) == is_rolled_out
    assert asked.count("apply") == 1 + is_rolled_out


def test_with_sqlite_one_pod_makes_the_tables_and_serves(baked: Baked) -> None:
    built = _built(baked(FULLEST, database="sqlite", deploy="kubernetes"), "production")
    kinds = {"Job", "HorizontalPodAutoscaler", "PodDisruptionBudget", WORKER}
    assert built.keys().isdisjoint(kinds)
    spec = built["Deployment"]["spec"]
    assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})
    (migration,) = spec["template"]["spec"]["initContainers"]
    assert migration["args"] == MIGRATE


def test_what_calls_people_asks_for_metrics_that_there_are(project: Path, tmp_path: Path) -> None:
    built = _built(_monitored(project, tmp_path), "production")
    assert built.keys() >= OF_THE_OPERATOR
    ports = [port["name"] for port in built["Service"]["spec"]["ports"]]
    monitor = built["ServiceMonitor"]["spec"]
    assert [endpoint["port"] for endpoint in monitor["endpoints"]] == ports
    labels = built["Service"]["metadata"]["labels"]
    assert monitor["selector"]["matchLabels"].items() <= labels.items()
    known = {found for file in METRICS for found in re.findall(r'"\w+"', file.read_text("utf-8"))}
    known.add(f'"{OF_KUBERNETES}"')
    rules = [rule for group in built["PrometheusRule"]["spec"]["groups"] for rule in group["rules"]]
    known |= {f'"{rule["record"]}"' for rule in rules if "record" in rule}
    for rule in rules:
        promql_parser.parse(rule["expr"])
        for metric in re.findall(r"[\w:]+(?=\{)", rule["expr"]):
            assert f'"{re.sub("_(bucket|count)$", "", metric)}"' in known


@pytest.mark.parametrize("name", NAMES)
def test_any_name_of_a_project_is_a_name_in_kubernetes(name: str, baked: Baked) -> None:
    project = baked(FULLEST, project_slug=name, deploy="kubernetes")
    built = _built(project, "production")
    _validate(built)
    assert built["Deployment"]["metadata"]["name"] == name.replace("_", "-")
    args = built["Job"]["spec"]["template"]["spec"]["containers"][0]["args"]
    assert args == [name if each == "task_service" else each for each in MIGRATE]


@cache
def _built(project: Path, overlay: str) -> Built:
    """What kustomize makes of an overlay, by kind; others of a kind by their names as well."""
    done = subprocess.run(
        [KUBECTL, "kustomize", project / "deploy/kubernetes/overlays" / overlay],
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    # It warns of what is outdated.
    assert done.stderr == ""
    built: dict[str, Any] = {}
    for document in yaml.safe_load_all(done.stdout):
        kind, name = document["kind"], document["metadata"]["name"]
        built[f"{kind} {name}" if kind in built else kind] = document
    return built


def _validate(built: Built) -> None:
    version = kubernetes_validate.latest_version()
    for document in built.values():
        # Their schemas are the operator's.
        if document["kind"] not in OF_THE_OPERATOR:
            kubernetes_validate.validate(document, version, strict=True)


def _monitored(project: Path, folder: Path) -> Path:
    """A copy in which the lines about monitoring hold."""
    copy = folder / project.name
    for file in (project / "deploy").rglob("*.*"):
        target = copy / file.relative_to(project)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = re.sub(r"(?m)^# (components:|  - )", r"\1", file.read_text("utf-8"))
        target.write_text(text, "utf-8")
    return copy


def _pods(built: Built) -> Iterator[Any]:
    for kind in ("Deployment", WORKER, "Job"):
        if kind in built:
            yield built[kind]["spec"]["template"]
