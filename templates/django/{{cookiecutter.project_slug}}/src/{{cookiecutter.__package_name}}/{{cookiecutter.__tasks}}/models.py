"""The table of tasks."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7


class Task(models.Model):
    """Something to be done, by the user whose it is."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="tasks",
        verbose_name=_("user"),
        # The index below begins with it.
        db_index=False,
    )
    title = models.CharField(_("title"), max_length=200)
    done = models.BooleanField(_("done"), default=False)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        # A page of a user's tasks is read from this index, however deep it lies.
        indexes = (models.Index(fields=["user", "id"], name="tasks_user_id"),)

    def __str__(self) -> str:
        return self.title
