"""What `pshell` knows beside Pyramid's own names."""

from typing import Any

from ..infrastructure.database.models import Base


def setup(env: dict[str, Any]) -> None:
    """Add the services, and the models by their names."""
    env["services"] = env["registry"]["services"]
    env |= {mapper.class_.__name__: mapper.class_ for mapper in Base.registry.mappers}
