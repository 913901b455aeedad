"""Failures to sign in are counted in this process where Redis is away."""

import pytest

from {{ cookiecutter.__package_name }}.infrastructure.errors import (
    TooManyAttempts,
)
from {{ cookiecutter.__package_name }}.infrastructure.security.throttle import (
    SignInThrottle,
)


def test_failures_to_sign_in_are_counted_without_redis_as_well() -> None:
    # Nobody listens there.
    counting = SignInThrottle("redis://127.0.0.1:1")
    for _ in range(10):
        counting.count_failure("ada@example.com", "198.51.100.1")
    with pytest.raises(TooManyAttempts):
        counting.check("ada@example.com", "198.51.100.1")
