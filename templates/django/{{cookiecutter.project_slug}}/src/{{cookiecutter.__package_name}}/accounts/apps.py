"""The app, as Django lists it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Users and their access tokens."""

    name = __package__
    verbose_name = _("Accounts")
