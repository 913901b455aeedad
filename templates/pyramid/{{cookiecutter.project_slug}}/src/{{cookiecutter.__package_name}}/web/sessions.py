"""Sessions in signed cookies, for pages of your own; they cost nothing where nobody uses them."""

from pyramid.config import Configurator
from pyramid.session import SignedCookieSessionFactory

from ..services import Services


def includeme(config: Configurator) -> None:
    """Have `request.session`."""
    services: Services = config.registry["services"]
    settings = services.settings
    config.set_session_factory(
        SignedCookieSessionFactory(
            settings.secret_key.get_secret_value(),
            cookie_name="session",
            secure=settings.app_env == "production",
            httponly=True,
            samesite="Lax",
        )
    )
