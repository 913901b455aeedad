"""What the views work with: the services of the application, and who calls."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from flask import current_app, request

from .. import accounts, inputs
from ..accounts import Caller
from ..services import Services

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")


def services() -> Services:
    """The services of the current application."""
    found: Services = current_app.extensions["services"]
    return found


def access_token() -> str:
    """The bearer token of the request, whatever it is worth; raises Unauthorized for none."""
    return inputs.access_token(request.headers.get("Authorization"))


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
