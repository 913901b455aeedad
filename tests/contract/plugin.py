"""The options of the suite, and what has to stand before any test begins."""

import signal
from argparse import ArgumentTypeError
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import settings

from .commands import Commands
from .grounds import Grounds, laid
from .parts import PARTS as ALL_PARTS
from .parts import parts_of
from .project import Project, project_at
from .resource import Resource
from .service import running

COMMANDS = pytest.StashKey[Commands]()
PARTS = pytest.StashKey[frozenset[str]]()
GROUNDS = pytest.StashKey[Grounds]()
ENDING = pytest.StashKey[ExitStack]()
MEASURING = Path(__file__).with_name("measuring")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("contract", "the contract's suite")
    group.addoption(
        "--project", type=_path, metavar="PATH", help="the project that is tested; `uv sync` it"
    )
    group.addoption(
        "--postgresql",
        action="store_true",
        help="test on PostgreSQL, as in production, and not on SQLite; in the server at "
        "the URL in TEST_DATABASE_URL, else in one that is started for the tests",
    )
    group.addoption(
        "--workers",
        type=int,
        default=1,
        metavar="N",
        help="how many processes the shared service has; with more than one it uses Redis",
    )
    group.addoption(
        "--parts",
        type=_parts,
        metavar="NAMES",
        help=f"what the service must have of {', '.join(ALL_PARTS)}; else that is found out",
    )
    group.addoption(
        "--alike",
        type=lambda names: frozenset(names.split(",")),
        default=frozenset(),
        metavar="NAMES",
        help="leave out what is alike in these groups of templates/inherited.toml, as another "
        "project shows it",
    )
    group.addoption(
        "--resource",
        type=Resource.parse,
        metavar="PATH={…}",
        help="what is created where any resource will do: its path, and a valid body; "
        "/api/v1/tasks if there is that, else users",
    )
    group.addoption(
        "--examples",
        type=int,
        default=10,
        metavar="N",
        help="how many requests are made up of each kind",
    )
    group.addoption(
        "--not-kept",
        type=_path,
        metavar="FILE",
        help="write there which rows of CONTRACT.md are not kept",
    )
    group.addoption(
        "--measure",
        type=_path,
        metavar="FILE",
        help="write coverage of the service's processes to files that begin like this",
    )


def _path(path: str) -> Path:
    return Path(path).resolve()


def _parts(names: str) -> frozenset[str]:
    parts = frozenset(filter(None, names.split(",")))
    if unknown := parts - ALL_PARTS.keys():
        raise ArgumentTypeError(f"no such part: {', '.join(unknown)}")
    return parts


def pytest_configure(config: pytest.Config) -> None:
    if config.option.help:
        return
    # As an interrupt does, SIGTERM ends what has been started, too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
        # Below `nohup` services would ignore it as well: a handler of ours they don't inherit.
        signal.signal(signal.SIGHUP, lambda *_: None)
    count = config.option.examples
    settings.register_profile("contract", max_examples=count, derandomize=True, deadline=None)
    settings.load_profile("contract")
    if config.option.project is None:
        raise pytest.UsageError("say which project is tested: pytest tests/contract --project=PATH")
    project = project_at(config.option.project)
    config.stash[COMMANDS] = commands = Commands(project, _measured(config, project))
    if is_worker(config):
        given = config.workerinput["contract"]  # type: ignore[attr-defined]  # of pytest-xdist
        config.stash[PARTS] = frozenset(given["parts"])
        config.stash[GROUNDS] = Grounds(**given["grounds"])
    else:
        _lay_grounds(config, commands)


def is_worker(config: pytest.Config) -> bool:
    """Whether this is a process of pytest-xdist, which has been given what others have made."""
    return hasattr(config, "workerinput")


def _measured(config: pytest.Config, project: Project) -> dict[str, str]:
    file: Path | None = config.option.measure
    is_asynchronous = project.requires("sqlalchemy[asyncio]")
    if file is None:
        return {}
    return {
        "COVERAGE_PROCESS_START": str(MEASURING / "coverage.toml"),
        "COVERAGE_FILE": str(file),
        "COVERED_CONCURRENCY": "greenlet" if is_asynchronous else "thread",
        "COVERED_SOURCE": str(project.root / "src"),
    }


def _lay_grounds(config: pytest.Config, commands: Commands) -> None:
    config.stash[ENDING] = stack = ExitStack()
    try:
        given: frozenset[str] | None = config.option.parts
        parts = _found(commands) if given is None else given
        if config.option.resource or "tasks" in parts:
            parts |= {"resource"}
        config.stash[PARTS] = parts
        laying = laid(
            commands, on_postgresql=config.option.postgresql, workers=config.option.workers
        )
        config.stash[GROUNDS] = stack.enter_context(laying)
    except AssertionError as error:
        stack.close()
        said = "\n".join([str(error), *getattr(error, "__notes__", [])])
        raise pytest.UsageError(f"the project can't be served: {said}") from error
    except BaseException:
        stack.close()
        raise


def _found(commands: Commands) -> frozenset[str]:
    """The parts of a project of which nobody has said what it has."""
    settings = {"APP_ENV": "test", "DATABASE_URL": "sqlite:////nonexistent/x"}
    with running(commands, settings, ready_at="/livez") as service:
        return frozenset(parts_of(commands.project, service))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Give a process of pytest-xdist what it needs."""
    config: pytest.Config = node.config  # type: ignore[attr-defined]
    parts = config.stash[PARTS]
    node.workerinput["contract"] = {  # type: ignore[attr-defined]
        "parts": sorted(parts),
        "grounds": asdict(config.stash[GROUNDS]),
    }


def pytest_unconfigure(config: pytest.Config) -> None:
    # Where the run ended before it began.
    if ENDING in config.stash:
        config.stash[ENDING].close()
