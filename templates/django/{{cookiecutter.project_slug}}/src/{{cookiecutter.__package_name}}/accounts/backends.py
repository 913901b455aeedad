"""How people sign in, to the API or to the admin: with a limit on failures."""

from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.contrib.auth.signals import user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from ..infrastructure.database.access import release
from ..services import services
from .models import User
from .schemas import mailbox


class ThrottledBackend(ModelBackend):
    """Django's own, which by itself lets anybody try passwords for ever."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **credentials: Any,
    ) -> User | None:
        """The user whose password it is; raises TooManyAttempts, and no other backend is asked."""
        if username is None:
            username = credentials.get(User.USERNAME_FIELD)
        if username is None or password is None:
            return None
        email = mailbox(username)
        services().throttle.check(email, _client(request))
        user = User.objects.filter(email=email).first()
        release()
        if user is None:
            # It takes the time that a wrong password takes.
            make_password(password)
        if user is None or not user.check_password(password) or not user.is_active:
            return None
        # Others may have failed meanwhile: many attempts at once are no way round the limit.
        services().throttle.check(email, _client(request))
        return user

    async def aauthenticate(self, *arguments: Any, **credentials: Any) -> User | None:
        """The same: Django's own would not ask the above."""
        return await sync_to_async(self.authenticate)(*arguments, **credentials)


@receiver(user_login_failed)
def count_failure(
    credentials: dict[str, Any], request: HttpRequest | None = None, **_signal: Any
) -> None:
    """Called by Django once no backend knows who it is; raises TooManyAttempts."""
    email = mailbox(credentials.get("username") or credentials.get(User.USERNAME_FIELD) or "")
    services().throttle.count_failure(email, _client(request))


def _client(request: HttpRequest | None) -> str:
    return request.META.get("REMOTE_ADDR", "") if request else ""
