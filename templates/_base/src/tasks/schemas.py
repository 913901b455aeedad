"""What goes into tasks and what comes out, as types of pydantic."""

from datetime import datetime
from typing import Annotated, NotRequired
from uuid import UUID

from pydantic import ConfigDict, Field, StrictBool, with_config
from typing_extensions import TypedDict

from ..infrastructure.api.fields import Flag, Input, Output, Time, Title
from ..infrastructure.api.paging import Cursor, PageQuery


class TaskInput(Input):
    """A new task."""

    title: Title
    done: StrictBool = False
    due_at: Time | None = None


@with_config(ConfigDict(extra="forbid", hide_input_in_errors=True))
class TaskPatch(TypedDict):
    """A JSON merge patch (RFC 7396) of a task: what is absent stays as it is."""

    title: NotRequired[Title]
    done: NotRequired[StrictBool]
    due_at: NotRequired[Time | None]


class TaskQuery(PageQuery):
    """Which tasks to list."""

    done: Flag | None = None


class TaskOutput(Output):
    """A task."""

    id: UUID
    title: Annotated[str, Field(examples=["Water the plants"])]
    done: bool
    due_at: datetime | None
    created_at: datetime
    updated_at: datetime


class TaskPage(Output):
    """Tasks, the newest first; `next_cursor` leads to the page after, where there is one."""

    items: list[TaskOutput]
    next_cursor: Cursor | None
