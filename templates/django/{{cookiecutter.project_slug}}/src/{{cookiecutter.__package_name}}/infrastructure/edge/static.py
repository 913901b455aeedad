"""Where the static files are, as clients know it."""

from django.conf import settings
from django.contrib.staticfiles import storage
from django.urls import get_script_prefix


class StaticFilesStorage(storage.StaticFilesStorage):
    """Django's own, which would keep for all requests what a proxy calls the first one."""

    @property
    def base_url(self) -> str:
        """What their addresses begin with."""
        return get_script_prefix() + settings.STATIC_URL.removeprefix("/")
