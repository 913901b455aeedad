# /// script
# dependencies = [
#     "django[argon2]",
#     "granian",
#     "psycopg-pool",
#     "psycopg[binary]",
#     "uuid-utils",
# ]
# ///
"""Django and nothing else: what the template's production stack is compared with."""

import json
import os
from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe
from urllib.parse import urlsplit
from uuid import UUID

import django
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.wsgi import get_wsgi_application
from django.db import models
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils.timezone import now
from uuid_utils.compat import uuid7

_url = urlsplit(os.environ["BENCH_DATABASE_URL"])
settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": _url.path.removeprefix("/"),
            "USER": _url.username,
            "PASSWORD": _url.password or "",
            "HOST": _url.hostname or "",
            "PORT": _url.port or "",
            "OPTIONS": {
                # As many connections as the services may have.
                "pool": {"min_size": 0, "max_size": 20},
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
    password = models.TextField()

    class Meta:  # noqa: D106  # options, and no class of anything
        app_label = "bench"
        db_table = "accounts_user"


class Token(models.Model):
    """What is kept of a user's access tokens."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    digest = models.BinaryField()
    user = models.ForeignKey(User, models.CASCADE)
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()

    class Meta:  # noqa: D106  # the same
        app_label = "bench"
        db_table = "accounts_token"


class Task(models.Model):
    """Something to be done."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    user = models.ForeignKey(User, models.CASCADE)
    title = models.TextField()
    done = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)

    class Meta:  # noqa: D106  # the same
        app_label = "bench"
        db_table = "tasks_task"


def owner(request: HttpRequest) -> User:
    """Whose token the request has."""
    digest = sha256(request.headers["Authorization"].removeprefix("Bearer ").encode()).digest()
    valid = Token.objects.select_related("user").filter(expires_at__gt=now())
    return valid.get(digest=digest).user


def shown(task: Task) -> dict[str, object]:
    """A task as JSON has it."""
    return {"id": task.id, "title": task.title, "done": task.done}


def small(_request: HttpRequest) -> HttpResponse:
    """Answer."""
    return JsonResponse({"hello": "world"})


def get_task(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """A task of whose token it is."""
    return JsonResponse(shown(Task.objects.get(pk=task_id, user=owner(request))))


def tasks(request: HttpRequest) -> HttpResponse:
    """The newest tasks, or a new one."""
    user = owner(request)
    if request.method == "POST":
        task = Task.objects.create(user=user, title=json.loads(request.body)["title"])
        return JsonResponse(shown(task), status=201)
    found = Task.objects.filter(user=user).order_by("-id")[:20]
    return JsonResponse({"items": [shown(task) for task in found]})


def create_token(request: HttpRequest) -> HttpResponse:
    """Sign in."""
    given = json.loads(request.body)
    user = User.objects.get(email=given["email"])
    if not check_password(given["password"], user.password):
        return HttpResponse(status=401)
    access_token = token_urlsafe(32)
    digest = sha256(access_token.encode()).digest()
    Token.objects.create(user=user, digest=digest, expires_at=now() + timedelta(days=1))
    return JsonResponse({"access_token": access_token}, status=201)


urlpatterns = [
    path("api/v1/small", small),
    path("api/v1/tasks/<uuid:task_id>", get_task),
    path("api/v1/tasks", tasks),
    path("api/v1/tokens", create_token),
]
app = get_wsgi_application()
