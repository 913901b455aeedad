"""Which paths there are, and that they are described once."""

from flask import Flask
from flask.testing import FlaskClient

from task_service.infrastructure.api.schema import (
    openapi_document,
)


def test_two_slashes_are_not_one(client: FlaskClient) -> None:
    response = client.get("/", environ_overrides={"PATH_INFO": "//livez"})
    assert response.status_code == 404


def test_a_document_is_made_once(app: Flask) -> None:
    assert openapi_document(app) is openapi_document(app)
