"""Who makes a request, as a decorator of views."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from flask import request

from ..infrastructure.api.inputs import access_token
from ..services import services
from . import use_cases
from .use_cases import Caller

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")


def signed_in(
    view: Callable[Concatenate[Caller, Parameters], Answer],
) -> Callable[Parameters, Answer]:
    """Let a view know who makes the request; raises Unauthorized.

    It stands above all that looks at the request: a stranger learns nothing from other errors.
    """

    @wraps(view)
    def view_for_caller(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Answer:
        token = access_token(request.headers.get("Authorization"))
        caller = use_cases.identify(services().database, token)
        return view(caller, *args, **kwargs)

    return view_for_caller
