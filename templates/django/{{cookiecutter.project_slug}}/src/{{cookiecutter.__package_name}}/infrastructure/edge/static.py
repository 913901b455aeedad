"""Where the static files are, as clients know it."""

from django.conf import settings
from django.urls import get_script_prefix
from whitenoise import storage  # type: ignore[import-untyped]  # it has no types


class StaticFilesStorage(storage.CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # nor
    """WhiteNoise's, for which nothing need have been collected, and whatever a proxy says."""

    def stored_name(self, name: str) -> str:
        """The name with a hash of the content in it, by which browsers keep the file for ever.

        The name alone where `collectstatic` has not seen it: it is served from where it lies.
        """
        try:
            return str(super().stored_name(name))
        except ValueError:
            return name

    @property
    def base_url(self) -> str:
        """What their addresses begin with; Django would keep what a proxy calls the first one."""
        return get_script_prefix() + settings.STATIC_URL.removeprefix("/")
