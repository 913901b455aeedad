"""Whoever failed ten times to sign in may try again after a minute.

Its name lets it come late in the order of files, when the minute is mostly over.
"""

import time

from .configured import Throttled
from .service import Service
from .sign_ins import attempt, client_from


def test_a_minute_after_the_failures_the_right_password_is_accepted(
    configured_service: Service, throttled: Throttled
) -> None:
    time.sleep(max(0.0, throttled.time + 60 - time.monotonic()))
    account = throttled.account
    with client_from(configured_service, throttled.address) as client:
        assert attempt(client, account.email, account.password).status_code == 201
