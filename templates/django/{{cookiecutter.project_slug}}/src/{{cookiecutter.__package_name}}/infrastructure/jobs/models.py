"""The table of jobs."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7


class Job(models.Model):
    """Something to be done.

    due_at: when it may be done, or, while it is being done, when it counts as abandoned; None where
    it has failed for good. attempts: how often it was begun. failed_at, error: when and how it
    failed last. request_id: of the request that asked for it; trace: its `traceparent`, if any.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=200)
    arguments = models.JSONField(_("arguments"), default=dict)
    # By the database's clock: those of several machines may differ.
    due_at = models.DateTimeField(_("due"), null=True, db_default=Now(), db_index=True)
    created_at = models.DateTimeField(_("created"), db_default=Now())
    is_running = models.BooleanField(_("running"), default=False)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    failed_at = models.DateTimeField(_("failed"), null=True)
    error = models.TextField(_("error"), default="")
    request_id = models.CharField(_("request"), max_length=128, default="")
    trace = models.CharField(_("trace"), max_length=55, default="")

    class Meta:
        db_table = "jobs"
        verbose_name = _("job")
        verbose_name_plural = _("jobs")

    def __str__(self) -> str:
        return self.name
