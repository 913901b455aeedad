"""Tasks in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.timezone import now

from .models import Task


@admin.register(Task)
class TaskAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in its stubs only
    """Tasks of all users."""

    list_display = ("title", "user", "done", "due_at", "created_at")
    list_filter = ("done", "due_at")
    list_select_related = ("user",)
    search_fields = ("title", "user__email")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    autocomplete_fields = ("user",)
    readonly_fields = ("created_at", "updated_at")

    def save_model(self, request: HttpRequest, obj: Task, form: Any, change: bool) -> None:
        """Note when it was changed."""
        if change and form.has_changed():
            obj.updated_at = now()
        super().save_model(request, obj, form, change)
