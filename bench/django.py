"""Django and nothing else: what the template's production stack is compared with."""

import os
from urllib.parse import urlsplit
from uuid import UUID

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import models
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

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


class Task(models.Model):
    """The columns that the service's own table has."""

    id = models.UUIDField(primary_key=True)
    title = models.TextField()
    done = models.BooleanField()

    class Meta:  # noqa: D106  # options, and no class of anything
        app_label = "bench"
        db_table = "tasks_task"


def livez(_request: HttpRequest) -> HttpResponse:
    """Answer."""
    return JsonResponse({"status": "ok"})


def get_task(_request: HttpRequest, task_id: UUID) -> HttpResponse:
    """One row by its primary key."""
    task = Task.objects.get(pk=task_id)
    return JsonResponse({"id": task.id, "title": task.title, "done": task.done})


urlpatterns = [path("livez", livez), path("api/v1/tasks/<uuid:task_id>", get_task)]
app = get_wsgi_application()
