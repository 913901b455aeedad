"""The application, for tools that want one by its name: `fastapi dev`, any ASGI server."""

from .web.app import create_app

app = create_app()
