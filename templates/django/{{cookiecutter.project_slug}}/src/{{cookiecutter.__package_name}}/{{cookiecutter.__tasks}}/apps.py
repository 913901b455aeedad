"""The app, as Django lists it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TasksConfig(AppConfig):
    """The tasks of users."""

    name = __package__
    verbose_name = _("Tasks")
