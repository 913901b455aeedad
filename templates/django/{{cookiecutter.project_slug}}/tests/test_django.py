"""What Django's and Django Ninja's documentation show works here as everywhere."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.db.models.signals import post_save
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404
from django.test import AsyncClient, Client, RequestFactory
from django.urls import include, path, reverse_lazy
from django.views.decorators.cache import cache_page
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import CreateView
from ninja import Schema
from pytest_django import Settings

from {{ cookiecutter.__package_name }}.accounts.auth import (
    SignedIn,
    SignedInRequest,
)
from {{ cookiecutter.__package_name }}.accounts.models import User
from {{ cookiecutter.__package_name }}.infrastructure.api.schema import (
    Api,
    Renderer,
    StrictParser,
)
from {{ cookiecutter.__package_name }}.web import errors, urls

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]

JSON = "application/json"


class GroupInput(Schema):
    """What goes in, as Django Ninja's documentation has it."""

    name: str


api = Api(urls_namespace="own", auth=SignedIn(), parser=StrictParser(), renderer=Renderer())
errors.install(api)


@api.post("/groups", response=GroupInput)
def add_group(request: SignedInRequest, new: GroupInput) -> Group:
    group = Group(name=new.name)
    group.full_clean()
    group.save()
    request.session["added"] = group.name
    assert group.name != "mistake"
    return group


@api.get("/groups/{name}", response=GroupInput, auth=None)
def get_group(request: HttpRequest, name: str) -> Group:
    return get_object_or_404(Group, name=name)


@api.get("/whoami")
async def who_am_i(request: SignedInRequest) -> dict[str, int]:
    return {request.user.email: await Group.objects.acount()}


class AddGroup(CreateView):  # type: ignore[type-arg]  # generic in its stubs only
    model = Group
    fields = ("name",)
    template_name = "admin/login.html"
    success_url = reverse_lazy("said")

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, f"added {form.instance}")
        response: HttpResponse = super().form_valid(form)
        return response


@login_required
def said(request: HttpRequest) -> HttpResponse:
    told = [str(message) for message in messages.get_messages(request)]
    return HttpResponse(f"{request.user}: {told}")


def upload(request: HttpRequest) -> HttpResponse:
    file: Any = request.FILES["file"]
    return HttpResponse(default_storage.save("upload.txt", file))


def count(_request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(str(number) for number in range(3))


def ask(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(cache.incr("asked")))


@csrf_exempt
def vote(request: HttpRequest) -> HttpResponse:
    if request.method == "HEAD":
        return HttpResponse(headers={"X-Votes": "7"})
    response = HttpResponseNotAllowed(["HEAD"], "<p>The poll is over.</p>")
    response.set_cookie("poll", "over")
    return response


async def names(request: HttpRequest) -> HttpResponse:
    user = await request.auser()
    return HttpResponse(f"{user}: {[group.name async for group in Group.objects.all()]}")


urlpatterns = [
    *urls.urlpatterns,
    path("accounts/", include("django.contrib.auth.urls")),
    path("api/own/", api.urls),
    path("add/", AddGroup.as_view()),
    path("said/", said, name="said"),
    path("upload/", upload),
    path("count/", count),
    path("cached/", cache_page(60)(ask)),
    path("names/", names),
    path("vote/", vote),
]
handler404 = urls.handler404


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    yield
    cache.clear()


def test_an_endpoint_is_its_signature_and_its_body(signed_in: Client, client: Client) -> None:
    assert client.post("/api/own/groups", {"name": "staff"}, JSON).status_code == 401
    assert signed_in.post("/api/own/groups", "{", JSON).status_code == 400
    assert signed_in.post("/api/own/groups", {"name": "staff"}).status_code == 415
    wrong = signed_in.post("/api/own/groups", {"name": None}, JSON)
    assert [error["pointer"] for error in wrong.json()["errors"]] == ["/name"]
    assert signed_in.post("/api/own/groups", {"name": "staff"}, JSON).json() == {"name": "staff"}
    operation = api.get_openapi_schema(path_prefix="")["paths"]["/groups"]["post"]
    assert set(operation["responses"]) == {200, 400, 401, 413, 415, 422, 503}


def test_an_endpoint_may_be_asynchronous(signed_in: Client, client: Client) -> None:
    assert client.get("/api/own/whoami").status_code == 401
    assert signed_in.get("/api/own/whoami").json() == {"user1@example.com": 0}


def test_what_a_model_refuses_and_what_is_not_there_are_problems(signed_in: Client) -> None:
    signed_in.post("/api/own/groups", {"name": "staff"}, JSON)
    taken = signed_in.post("/api/own/groups", {"name": "staff"}, JSON)
    assert taken.status_code == 422
    assert taken.json()["errors"] == [
        {"pointer": "/name", "detail": "Group with this Name already exists."}
    ]
    unknown = signed_in.get("/api/own/groups/nobody")
    assert (unknown.status_code, unknown.json()["status"]) == (404, 404)
    assert unknown.headers["Content-Type"] == "application/problem+json"


class Audit:
    """A middleware, as those of django-auditlog and others."""

    seen: tuple[str, object] | None = None

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        Audit.seen = (str(request.user), request.session.get("added"))
        return response


def test_a_middleware_of_ones_own_sees_requests_of_the_api_and_whose_they_are(
    signed_in: Client, settings: Settings
) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.Audit"]
    signed_in.post("/api/own/groups", {"name": "staff"}, JSON)
    assert Audit.seen == ("user1@example.com", "staff")


@pytest.mark.parametrize(("is_atomic", "number"), [(True, 0), (False, 1)])
def test_a_request_of_the_api_may_be_a_transaction(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch, is_atomic: bool, number: int
) -> None:
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", is_atomic)
    with pytest.raises(AssertionError):
        signed_in.post("/api/own/groups", {"name": "mistake"}, JSON)
    assert Group.objects.count() == number


def test_people_sign_in_fill_in_a_form_and_are_told_what_became_of_it(admin_user: User) -> None:
    client = Client()
    form = {"username": admin_user.email, "password": "password", "next": "/said/"}
    assert client.get("/said/").headers["Location"] == "/accounts/login/?next=/said/"
    assert client.post("/accounts/login/", form).headers["Location"] == "/said/"
    assert client.post("/add/", {"name": "staff"}).headers["Location"] == "/said/"
    assert client.get("/said/").text == "admin@example.com: ['added staff']"
    client.post("/accounts/logout/")
    assert client.get("/said/").status_code == 302


def test_files_are_taken_and_answers_streamed(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    with Path(__file__).open("rb") as file:
        name = client.post("/upload/", {"file": file}).text
    assert (tmp_path / name).read_bytes() == Path(__file__).read_bytes()
    assert client.get("/count/").getvalue() == b"012"


def test_a_page_may_be_cached_and_called_without_a_client(client: Client) -> None:
    cache.set("asked", 0)
    assert [client.get("/cached/").text for _ in range(2)] == ["1", "1"]
    assert ask(RequestFactory().get("/cached/")).content == b"2"


def test_a_view_answers_other_methods_by_itself(client: Client) -> None:
    assert client.head("/vote/").headers["X-Votes"] == "7"
    refused = client.post("/vote/")
    assert (refused.status_code, refused.text) == (405, "<p>The poll is over.</p>")
    assert (refused.headers["Allow"], refused.cookies["poll"].value) == ("HEAD", "over")


@pytest.mark.django_db(transaction=True)
def test_a_view_may_be_asynchronous_with_the_orm(
    admin_user: User, async_client: AsyncClient
) -> None:
    Group.objects.create(name="staff")
    async_client.force_login(admin_user)
    assert async_to_sync(async_client.get)("/names/").content == b"admin@example.com: ['staff']"


def test_users_are_dumped_and_loaded_and_signals_are_sent(admin_user: User, tmp_path: Path) -> None:
    saved: list[User] = []

    def note(instance: User, **_signal: object) -> None:
        saved.append(instance)

    fixture = tmp_path / "users.json"
    call_command("dumpdata", "accounts.user", output=str(fixture), verbosity=0)
    User.objects.all().delete()
    post_save.connect(note, sender=User)
    call_command("loaddata", str(fixture), verbosity=0)
    post_save.disconnect(note, sender=User)
    assert [user.email for user in saved] == [admin_user.email]
    assert User.objects.get().check_password("password")
