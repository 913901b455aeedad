"""The settings of this service, yours included."""

from .infrastructure import settings


class Settings(settings.Settings):
    """What can be set: a field here is the environment variable of its name in capitals."""
