"""What is said at the head and at the end: which parts are tested, which rows are not kept."""

import pytest

from .headers import TELLTALE
from .parts import PARTS as ALL_PARTS
from .parts import named
from .plugin import COMMANDS, ENDING, PARTS, is_worker
from .rows import broken

UNWELL = pytest.StashKey[AssertionError]()


def pytest_report_header(config: pytest.Config) -> list[str]:
    if COMMANDS not in config.stash:
        return []
    project, parts = config.stash[COMMANDS].project, config.stash[PARTS]
    lines = [
        f"project: {project.name} {project.version} in {project.root}",
        f"contract: all that every service has, and {named(parts)}",
    ]
    if missing := ALL_PARTS.keys() - parts:
        lines.append(f"contract: not tested, as the project does not have it: {named(missing)}")
    if "postgresql" in parts and not config.option.postgresql:
        lines.append("contract: outages of PostgreSQL are tested with --postgresql only")
    return lines


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """End what all tests shared; that has to end well, too."""
    if is_worker(session.config) or ENDING not in session.config.stash:
        return
    try:
        session.config.stash[ENDING].close()
    except AssertionError as error:
        session.config.stash[UNWELL] = error
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if error := config.stash.get(UNWELL, None):
        terminalreporter.section("the service that most tests shared")
        terminalreporter.line("\n".join([str(error), *getattr(error, "__notes__", [])]))
    failed = [*terminalreporter.getreports("failed"), *terminalreporter.getreports("error")]
    rows = broken(_what_failed(report) for report in failed)
    if file := config.option.not_kept:
        file.write_text("".join(f"{row.id}\n" for row in rows), "utf-8")
    elif rows:
        terminalreporter.section("rows of the contract that are not kept")
        for row in rows:
            terminalreporter.line(f"{row.id}: {row.text}")


def _what_failed(report: pytest.TestReport | pytest.CollectReport) -> str:
    """The test; or those of the headers, where it is them that were not as they have to be."""
    of_headers = report.when == "teardown" and TELLTALE in report.longreprtext
    return "test_headers.py" if of_headers else report.nodeid
