"""The app, as Django lists it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    """What is done in the background."""

    name = __package__
    # One of your features may be called jobs.
    label = "background_jobs"
    verbose_name = _("Background")
