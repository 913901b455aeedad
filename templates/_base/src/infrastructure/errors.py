"""What can go wrong in any feature; `api/problems.py` says how each is told over HTTP."""


class DomainError(Exception):
    """An error whose message may be shown to the client."""


class Unauthorized(DomainError):
    """Nobody has proved who they are."""


class NotFound(DomainError):
    """There is no such thing, or not for this user."""


class Conflict(DomainError):
    """The thing exists already."""


class TooManyAttempts(DomainError):
    """Too many of late.

    retry_after: whole seconds until the next attempt is looked at.
    """

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(DomainError):
    """Something that the service depends on does not answer; what was to be done is not done."""


class OutcomeUnknown(Exception):
    """Nobody can say whether it is done. To the client that is a failure, and no invitation to send
    it again, as Unavailable is.
    """
