"""The settings of this service, yours included."""

from .infrastructure.security import signing


class Settings(signing.Settings):
    """What can be set: a field here is the environment variable of its name in capitals."""
