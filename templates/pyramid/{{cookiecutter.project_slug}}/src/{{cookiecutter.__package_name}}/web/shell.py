"""What `pshell` knows beside Pyramid's own names."""

from typing import Any

from .. import models


def setup(env: dict[str, Any]) -> None:
    """Add names."""
    env["services"] = env["registry"]["services"]
    env["models"] = models
