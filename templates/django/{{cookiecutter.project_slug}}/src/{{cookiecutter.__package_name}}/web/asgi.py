"""The service for ASGI servers, for those who add asynchronous views."""

from .app import create_asgi_app

application = create_asgi_app()
