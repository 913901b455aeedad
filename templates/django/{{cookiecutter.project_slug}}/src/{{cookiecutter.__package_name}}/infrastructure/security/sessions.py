"""Sessions of the admin, in the database."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """Django's own, which asks the database for whatever a cookie says.

    PostgreSQL fails on a NUL, which may be in there.
    """

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key if session_key and session_key.isalnum() else None)
