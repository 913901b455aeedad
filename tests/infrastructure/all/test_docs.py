"""The files of the page on the OpenAPI document, which come from no other host."""

import pytest

from task_service.infrastructure.api import docs


@pytest.mark.parametrize("name", docs.MEDIA_TYPES)
def test_each_file_is_there(name: str) -> None:
    assert docs.asset(name)
