"""Whoever failed ten times to sign in may try again after a minute.

This runs last, when the minute is mostly over.
"""

import time

import pytest

from .grounds import Grounds
from .service import Service
from .sign_ins import attempt, client_from, throttled


@pytest.mark.alike("all")
def test_a_minute_after_the_failures_the_right_password_is_accepted(
    configured_service: Service, grounds: Grounds
) -> None:
    refused = throttled(grounds)
    time.sleep(max(0.0, refused.time + 60 - time.monotonic()))
    with client_from(configured_service, refused.address) as client:
        assert attempt(client, refused.email, refused.password).status_code == 201
