"""CONTRACT.md and the tests that prove it name each other, and neither has more than the other."""

import ast
from pathlib import Path

import pytest

from .contract.rows import ROW, broken, rows
from .repository import ROOT

MODULES = sorted((ROOT / "tests" / "contract").glob("test_*.py"))


def names_in(module: Path) -> list[str]:
    return [
        node.name
        for node in ast.parse(module.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


def test_each_line_of_a_table_is_a_row() -> None:
    lines = (ROOT / "CONTRACT.md").read_text("utf-8").splitlines()
    written = [line for line in lines if line.startswith("| `")]
    assert [line for line in written if not ROW.fullmatch(line)] == []


def test_no_two_rows_have_one_name() -> None:
    names = [row.id for row in rows()]
    assert len(set(names)) == len(names)


def test_each_row_names_tests_that_exist() -> None:
    modules = {module.stem: module for module in MODULES}
    existing = {
        *modules,
        *(f"{name}::{test}" for name, m in modules.items() for test in names_in(m)),
    }
    assert {name for row in rows() for name in row.tests} - existing == set()


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_each_module_proves_a_row(module: Path) -> None:
    assert broken(f"{module.name}::{test}" for test in names_in(module))


def test_a_test_that_fails_tells_the_rows_that_it_proves() -> None:
    failed = "tests/contract/test_accounts.py::test_a_pointer_is_escaped[x::y]"
    assert {row.id for row in broken([failed])} == {"sign-up", "invalid-body"}
