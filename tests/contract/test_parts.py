"""What a service has of the parts that are optional."""

from .parts import parts_of
from .project import Project
from .service import Service


def test_the_service_has_the_parts_that_it_should_have(
    project: Project, service: Service, parts: frozenset[str]
) -> None:
    assert set(parts_of(project, service)) == parts - {"resource"}
