"""The parts of the contract that not every service has.

A test that needs one is marked `part("events")`. For a template of this repository it is said which
parts it has; for any other project they are found out.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress

from websockets.exceptions import InvalidStatus

from .project import Project
from .service import Service
from .sockets import open_socket

PARTS = {
    "events": "live events",
    "postgresql": "PostgreSQL",
    "resource": "a resource that needs a token (see --resource)",
    "secret-key": "SECRET_KEY",
    "tasks": "the sample resource",
}


def parts_of(project: Project, service: Service) -> Iterator[str]:
    """The parts that a project has; `service` is one that it serves."""
    if project.requires("psycopg"):
        yield "postgresql"
    if "SECRET_KEY=" in (project.root / ".env.example").read_text("utf-8"):
        yield "secret-key"
    with service.client() as client:
        if "/api/v1/tasks" in client.get("/openapi.json").json()["paths"]:
            yield "tasks"
    with suppress(InvalidStatus), open_socket(service):
        yield "events"


def named(parts: Iterable[str]) -> str:
    """The parts, in words."""
    return ", ".join(PARTS[part] for part in sorted(parts)) or "none"
