"""Which paths there are."""

from flask.testing import FlaskClient


def test_two_slashes_are_not_one(client: FlaskClient) -> None:
    response = client.get("/", environ_overrides={"PATH_INFO": "//livez"})
    assert response.status_code == 404
