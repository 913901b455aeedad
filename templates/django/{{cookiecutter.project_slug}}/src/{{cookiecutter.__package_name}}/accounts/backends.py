"""How people sign in to the admin: like clients of the API, with the same limit on failures."""

from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from ..infrastructure.errors import TooManyAttempts, Unauthorized
from ..services import services
from . import use_cases
from .models import User


class ThrottledBackend(ModelBackend):
    """Django's own, which by itself lets anybody try passwords for ever."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **_credentials: Any,
    ) -> User | None:
        """The user whose password it is."""
        if username is None or password is None:
            return None
        client = request.META.get("REMOTE_ADDR", "") if request else ""
        try:
            return use_cases.authenticate(services().throttle, username, password, client=client)
        except Unauthorized:
            # Another backend may know who it is.
            return None
        except TooManyAttempts as error:
            raise PermissionDenied from error

    async def aauthenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **credentials: Any,
    ) -> User | None:
        """The same: Django's own would not count."""
        return await sync_to_async(self.authenticate)(request, username, password, **credentials)
