"""What fields take, and what is told of it: also of the values that only hostile clients send."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from task_service.infrastructure.api.fields import (
    Input,
    Time,
    Title,
)
from task_service.infrastructure.api.paging import PageQuery
from task_service.infrastructure.api.problems import (
    DESCRIBED_ERRORS,
    field_errors,
)


class Numbers(Input):
    """A body."""

    numbers: list[int]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        pytest.param(Time, "0001-01-01T00:00:00+23:59", id="before the year 1 of UTC"),
        pytest.param(Time, "2030-02-30T00:00:00Z", id="a day that there is not"),
        pytest.param(Title, "a\0b", id="what PostgreSQL can't keep"),
        pytest.param(PageQuery, {"limit": "2.0"}, id="no whole number"),
        pytest.param(PageQuery, {"cursor": "AAAA"}, id="no cursor"),
    ],
)
def test_what_is_no_such_value_is_refused(kind: Any, value: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(value)


def test_very_many_errors_are_told_as_one() -> None:
    count = DESCRIBED_ERRORS + 1
    with pytest.raises(ValidationError) as raised:
        Numbers.model_validate({"numbers": ["x"] * count})
    [told] = field_errors(raised.value.errors())
    assert told == {"pointer": "", "detail": f"There are {count} errors"}
