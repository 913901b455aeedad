"""Failures to sign in are counted on this machine where Redis is away."""

import pytest
from pydantic import SecretStr

from task_service.infrastructure.errors import (
    TooManyAttempts,
)
from task_service.infrastructure.security.throttle import (
    Throttle,
)
from task_service.services import services


def test_failures_to_sign_in_are_counted_without_redis_as_well() -> None:
    # Nobody listens there.
    away = {"redis_url": SecretStr("redis://127.0.0.1:1")}
    counting = Throttle(services().settings.model_copy(update=away))
    for _ in range(10):
        counting.count_failure("ada@example.com", "198.51.100.1")
    with pytest.raises(TooManyAttempts):
        counting.check("ada@example.com", "198.51.100.1")
