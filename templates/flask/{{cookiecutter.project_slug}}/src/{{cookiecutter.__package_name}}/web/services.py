"""What the views work with: the services of the application, and who calls."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from flask import current_app, request

from .. import accounts
from ..accounts import Caller
from ..db import Database
from ..errors import Unauthorized
from ..health import Readiness
from ..metrics import Metrics
from ..throttle import SignInThrottle
from . import Settings

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")


@dataclass(frozen=True, kw_only=True)
class Services:
    """What `create_app` makes once, for all requests."""

    settings: Settings
    database: Database
    metrics: Metrics
    readiness: Readiness
    throttle: SignInThrottle


def services() -> Services:
    """The services of the current application."""
    found: Services = current_app.extensions["services"]
    return found


def access_token() -> str:
    """The bearer token of the request, whatever it is worth; raises Unauthorized for none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthorized("A bearer token is needed.")
    return token


def signed_in(
    view: Callable[Concatenate[Caller, Parameters], Answer],
) -> Callable[Parameters, Answer]:
    """Let a view know who makes the request; raises Unauthorized.

    It stands above all that looks at the request: a stranger learns nothing from other errors.
    """

    @wraps(view)
    def view_for_caller(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Answer:
        caller = accounts.identify(services().database, access_token())
        return view(caller, *args, **kwargs)

    return view_for_caller
