"""Users and tokens in the admin."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import SESSION_KEY
from django.contrib.auth import admin as auth
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .models import Token, User


class PasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]  # generic in its stubs only
    """Django's own, which tells no validator where it leaves a user without a password."""

    def save(self, commit: bool = True) -> User:
        """Set it, and make worthless what was given out for the old one."""
        user: User = super().save(commit)
        user.tokens.all().delete()
        user.secrets.all().delete()
        return user


@admin.register(User)
class UserAdmin(auth.UserAdmin):  # type: ignore[type-arg]  # generic in its stubs only
    """Users: who they are, and what they may do here."""

    change_password_form = PasswordForm
    list_display = ("email", "is_active", "is_staff", "created_at", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "groups")
    search_fields = ("email",)
    date_hierarchy = "created_at"
    ordering = ("-id",)
    actions = ("sign_out_everywhere",)
    readonly_fields = ("email_verified_at", "created_at", "last_login")
    fieldsets = (
        (None, {"fields": ("email", "email_verified_at", "password")}),
        (
            _("Permissions"),
            {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
        (_("Important dates"), {"fields": ("created_at", "last_login")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("email", "usable_password", "password1", "password2"),
            },
        ),
    )

    @admin.action(description=_("Sign out everywhere"), permissions=["change"])
    def sign_out_everywhere(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Make their tokens, and their sessions here, worthless."""
        Token.objects.filter(user__in=queryset).delete()
        ids = {str(user.pk) for user in queryset}
        # Only staff has sessions, so there are few.
        for session in Session.objects.iterator():
            if session.get_decoded().get(SESSION_KEY) in ids:
                session.delete()

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Another address has to be verified anew; what was mailed to the old one is worthless."""
        if "email" in form.changed_data:
            obj.email_verified_at = None
            obj.secrets.all().delete()
        super().save_model(request, obj, form, change)


@admin.register(Token)
class TokenAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in its stubs only
    """Tokens: they can be looked at and revoked, but not made or changed."""

    list_display = ("id", "user", "created_at", "expires_at")
    list_filter = ("expires_at",)
    list_select_related = ("user",)
    search_fields = ("user__email",)
    date_hierarchy = "created_at"
    ordering = ("-id",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only who knows the password gets a token."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Token | None = None) -> bool:
        """There is nothing to change."""
        return False
