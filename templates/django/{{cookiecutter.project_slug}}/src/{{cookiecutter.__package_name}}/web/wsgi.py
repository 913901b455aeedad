"""The service for WSGI servers, and for `manage.py runserver`."""

from .app import create_app

application = create_app()
