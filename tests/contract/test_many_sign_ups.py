"""One client adds no more than SIGN_UPS_PER_MINUTE users within a minute."""

from concurrent.futures import ThreadPoolExecutor

import httpx

from .client import create_user, new_email, new_password
from .configured import SIGN_UPS_PER_MINUTE
from .service import Service
from .sign_ins import assert_too_many, client_from, new_client_address


def test_of_many_sign_ups_at_once_no_more_succeed_than_a_client_may_have(
    configured_service: Service,
) -> None:
    address = new_client_address()

    def sign_up(_: int) -> httpx.Response:
        user = {"email": new_email(), "password": new_password()}
        with client_from(configured_service, address) as client:
            return client.post("/api/v1/users", json=user)

    with ThreadPoolExecutor(20) as pool:
        responses = list(pool.map(sign_up, range(SIGN_UPS_PER_MINUTE + 10)))
    # Where so many hash at once, the database may answer one of them too late.
    assert {response.status_code for response in responses} <= {201, 429, 503}
    refused = [response for response in responses if response.status_code == 429]
    assert len(refused) == 10
    for response in refused:
        assert_too_many(response)
    with client_from(configured_service, new_client_address()) as other:
        create_user(other, new_email(), new_password())
    # Nor is a password looked at, which takes its time.
    with client_from(configured_service, address) as client:
        common = {"email": new_email(), "password": "password1234"}
        assert_too_many(client.post("/api/v1/users", json=common))
