"""The settings of frameworks that sign cookies."""

from typing import Annotated

from pydantic import AfterValidator, SecretStr, ValidationInfo

from ..settings import Settings as UnsignedSettings
from ..settings import in_production

DEVELOPMENT_KEY = "development-only-development-only-development-only"
MIN_LENGTH = 32
MIN_DISTINCT = 8
# What people paste from documentation: how it starts, that of Flask's among them.
WELL_KNOWN = (
    DEVELOPMENT_KEY,
    "192b9bdd22ab",
    "django-insecure-",
)


def _strong(value: SecretStr, info: ValidationInfo) -> SecretStr:
    key = value.get_secret_value()
    if key == DEVELOPMENT_KEY:
        if in_production(info):
            raise ValueError("production needs a key of its own")
    elif len(key) < MIN_LENGTH or len(set(key)) < MIN_DISTINCT or key.startswith(WELL_KNOWN):
        raise ValueError(f"it has to be at least {MIN_LENGTH} random characters")
    return value


class Settings(UnsignedSettings):
    """The service's settings, with the key that signs its cookies."""

    secret_key: Annotated[SecretStr, AfterValidator(_strong)] = SecretStr(DEVELOPMENT_KEY)
    """The key that signs cookies, 32 random characters or more; production needs one of its own"""
