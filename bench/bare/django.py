"""Django and nothing else: what the template's production stack is compared with."""

import os
from hashlib import sha256
from urllib.parse import urlsplit
from uuid import UUID

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import models
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils.timezone import now

_url = urlsplit(os.environ["BENCH_DATABASE_URL"])
settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": _url.path.removeprefix("/"),
            "USER": _url.username,
            "PASSWORD": _url.password or "",
            "HOST": _url.hostname or "",
            "PORT": _url.port or "",
            # As Django's documentation shows it.
            "OPTIONS": {
                "pool": True,
                **dict(item.split("=") for item in _url.query.split("&") if item),
            },
        }
    },
)
django.setup()


class User(models.Model):
    """The columns that the service's own table has."""

    id = models.UUIDField(primary_key=True)
    email = models.TextField()

    class Meta:  # noqa: D106  # options, and no class of anything
        app_label = "bench"
        db_table = "accounts_user"


class Token(models.Model):
    """What is kept of a user's access tokens."""

    digest = models.BinaryField(primary_key=True)
    user = models.ForeignKey(User, models.CASCADE)
    expires_at = models.DateTimeField()

    class Meta:  # noqa: D106  # the same
        app_label = "bench"
        db_table = "accounts_token"


class Task(models.Model):
    """Something to be done."""

    id = models.UUIDField(primary_key=True)
    user = models.ForeignKey(User, models.CASCADE)
    title = models.TextField()
    done = models.BooleanField()

    class Meta:  # noqa: D106  # the same
        app_label = "bench"
        db_table = "tasks_task"


def small(_request: HttpRequest) -> HttpResponse:
    """Answer."""
    return JsonResponse({"hello": "world"})


def get_task(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """A task of whose token it is."""
    digest = sha256(request.headers["Authorization"].removeprefix("Bearer ").encode()).digest()
    valid = Token.objects.select_related("user").filter(expires_at__gt=now())
    token = valid.get(digest=digest)
    task = Task.objects.get(pk=task_id, user=token.user)
    return JsonResponse({"id": task.id, "title": task.title, "done": task.done})


urlpatterns = [path("api/v1/small", small), path("api/v1/tasks/<uuid:task_id>", get_task)]
app = get_wsgi_application()
