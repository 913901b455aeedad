"""The document of what Django Ninja's documentation shows."""

import json

from django.http import HttpRequest
from ninja import Router

from task_service.infrastructure.api.schema import (
    Api,
    openapi_document,
)


def test_a_router_is_there_twice() -> None:
    api = Api(urls_namespace="twice", docs_url=None, openapi_url=None)
    router = Router()

    @router.get("/{name}")
    def greet(request: HttpRequest, name: str) -> str:
        return name

    for prefix in ("latest", "v1"):
        api.add_router(prefix, router, url_name_prefix=prefix)
    paths = json.loads(openapi_document(api))["paths"].values()
    assert [each["get"]["operationId"] for each in paths] == [
        "greet",
        "greet_api_v1_v1__name__get",
    ]
