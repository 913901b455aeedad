"""What can go wrong with accounts, beside what can go wrong everywhere."""

from ..infrastructure.errors import Unauthorized


class InvalidToken(Unauthorized):
    """The access token is unknown, expired or revoked."""

    def __init__(self) -> None:
        super().__init__("The access token is not valid, or no longer.")
