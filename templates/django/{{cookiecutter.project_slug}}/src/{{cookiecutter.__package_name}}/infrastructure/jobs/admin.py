"""Jobs in the admin: those that have failed for good can be begun anew."""

from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .models import Job


@admin.register(Job)
class JobAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in its stubs only
    """Jobs: they can be looked at, begun anew and deleted, but not made or changed."""

    list_display = ("name", "created_at", "due_at", "is_running", "attempts", "failed_at", "error")
    # Without a time at which it is due, a job has failed for good.
    list_filter = (("due_at", admin.EmptyFieldListFilter), "name")
    search_fields = ("name", "error", "request_id")
    ordering = ("-id",)
    actions = ("retry",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The service puts them down."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Job | None = None) -> bool:
        """There is nothing to change."""
        return False

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """Who may change jobs, in Django's words."""
        return request.user.has_perm("background_jobs.change_job")

    @admin.action(description=_("Begin the failed ones anew"), permissions=["retry"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Those of the selected that have failed for good."""
        count = queryset.filter(due_at=None).update(due_at=Now(), attempts=0)
        self.message_user(request, _("Begun anew: %(count)s") % {"count": count})
