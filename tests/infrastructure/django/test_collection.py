"""Which tests are found."""

import pytest


def test_those_that_startapp_makes_are_found(pytestconfig: pytest.Config) -> None:
    assert "src" in pytestconfig.getini("testpaths")
    assert "tests.py" in pytestconfig.getini("python_files")
