"""What Django asks of a password, and does once it has changed."""

from typing import Any

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from ..infrastructure.security.strength import is_common
from .models import Purpose


class CommonPasswordValidator(password_validation.CommonPasswordValidator):
    """Django's own with a longer list, of which it knows variations too."""

    def __init__(self) -> None:
        # Django's would read its own list.
        pass

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse what guessers try first."""
        if is_common(password, user.email if user else ""):
            raise ValidationError(self.get_error_message(), code="password_too_common")

    def password_changed(self, password: str, user: Any = None) -> None:
        """Make worthless what was given out for the old one: tokens, and links to reset it."""
        kept = user.kept_token
        user.tokens.exclude(id=kept and kept.id).delete()
        user.secrets.filter(purpose=Purpose.RESET).delete()
