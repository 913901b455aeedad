"""The tables of users, their tokens, and what they are mailed."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from .schemas import mailbox


class UserManager(BaseUserManager["User"]):
    """Makes and finds users by their e-mail address, whose case is of no account."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Add a user; without a password, one who can't sign in."""
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db, force_insert=True)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Add a user who may do everything in the admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user that somebody signs in as."""
        return self.get(email=mailbox(username or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """Who may use the service; signs in by e-mail address."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # In lower case.
    email = models.EmailField(_("e-mail address"), unique=True)
    email_verified_at = models.DateTimeField(
        _("e-mail address verified"), null=True, blank=True, editable=False
    )
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Without it, the user can't sign in, and the user's tokens are worth nothing."),
    )
    is_staff = models.BooleanField(
        _("staff"), default=False, help_text=_("Whether the user may sign in to this site.")
    )
    created_at = models.DateTimeField(_("signed up"), default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"

    # The one that stays good where its user changes the password.
    kept_token: "Token | None" = None

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        # What `bulk_create` and `update` write, too, is nobody's a second time.
        constraints = (models.UniqueConstraint(Lower("email"), name="accounts_user_email_lower"),)

    @property
    def is_admin(self) -> bool:
        """What the API calls staff."""
        return self.is_staff

    def clean(self) -> None:
        """Called by forms, such as those of the admin."""
        super().clean()
        self.email = mailbox(self.email)

    def save(self, *args: Any, **options: Any) -> None:
        """Keep the address as it is looked for."""
        self.email = mailbox(self.email)
        super().save(*args, **options)


class Token(models.Model):
    """An access token, of which only the SHA-256 is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        related_name="tokens",
        verbose_name=_("user"),
        # The index below begins with it.
        db_index=False,
    )
    digest = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires"), db_index=True)

    class Meta:
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")
        # A page of a user's tokens is read from this index.
        indexes = (models.Index(fields=["user", "id"], name="accounts_token_user_id"),)

    def __str__(self) -> str:
        return str(self.id)


class Purpose(models.TextChoices):
    """What a link is mailed for: so its path begins, too."""

    RESET = "reset-password"
    VERIFICATION = "verify-email"


class Secret(models.Model):
    """What is in a link that was mailed, good once for what it was mailed for; of it, too, only the
    SHA-256 is kept.
    """

    digest = models.BinaryField(max_length=32, primary_key=True)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="secrets", verbose_name=_("user")
    )
    expires_at = models.DateTimeField(_("expires"), db_index=True)

    class Meta:
        verbose_name = _("mailed link")
        verbose_name_plural = _("mailed links")
