"""Starts Django, for the application and for commands that do without one."""

import os

import django

PACKAGE = __name__.partition(".")[0]


def set_up() -> None:
    """Have Django read its settings and load the apps; a second time, nothing is done."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"{PACKAGE}.web.settings")
    django.setup()
