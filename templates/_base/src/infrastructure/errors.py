"""What can go wrong in any feature; `api/problems.py` says how each is told over HTTP."""


class DomainError(Exception):
    """An error whose message may be shown to the client; `status` is what HTTP calls its kind."""

    status = 400


class Unauthorized(DomainError):
    """Nobody has proved who they are."""

    status = 401


class Forbidden(DomainError):
    """It is known who asks, and that is nobody who may."""

    status = 403


class NotFound(DomainError):
    """There is no such thing, or not for this user."""

    status = 404


class Conflict(DomainError):
    """The thing exists already."""

    status = 409


class Invalid(DomainError):
    """What was given has the right form, and still can't be taken.

    pointer: where in the body it is, as a JSON pointer (RFC 6901), such as `/password`.
    """

    status = 422

    def __init__(self, message: str, *, pointer: str = "") -> None:
        super().__init__(message)
        self.errors = [{"pointer": pointer, "detail": message}]


class TooManyAttempts(DomainError):
    """Too many of late.

    retry_after: whole seconds until the next attempt is looked at.
    """

    status = 429

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(DomainError):
    """Something that the service depends on does not answer; what was to be done is not done."""

    status = 503


class OutcomeUnknown(Exception):
    """Nobody can say whether it is done. To the client that is a failure, and no invitation to send
    it again, as Unavailable is.
    """
