"""Sessions in signed cookies, for pages of your own; they cost nothing where nobody uses them."""

from pyramid.config import Configurator
from pyramid.session import SignedCookieSessionFactory

from ..services import Services


def includeme(config: Configurator) -> None:
    """Have `request.session`."""
    services: Services = config.registry["services"]
    settings = services.settings
    in_production = settings.app_env == "production"
    config.set_session_factory(
        SignedCookieSessionFactory(
            settings.secret_key.get_secret_value(),
            # No other host of the domain can set a cookie with this prefix.
            cookie_name="__Host-session" if in_production else "session",
            secure=in_production,
            httponly=True,
            samesite="Lax",
        )
    )
