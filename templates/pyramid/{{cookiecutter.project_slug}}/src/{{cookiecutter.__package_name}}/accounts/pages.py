"""The pages of accounts, for people: they sign up, and come here by the links of mails."""

from functools import partial

from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPNotFound
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from ..infrastructure.api.pages import EXTENSION
from ..infrastructure.api.problems import answer_to
from ..infrastructure.edge.policy import FORM_POLICY
from ..infrastructure.errors import DomainError
from .forms import FORMS, mistakes, submit
from .request import Request

# Nobody has to be signed in, so there is no one in whose name another site may act.
_form_view = partial(
    view_config,
    renderer=f"templates/form{EXTENSION}",
    permission=NO_PERMISSION_REQUIRED,
    require_csrf=False,
)


def includeme(config: Configurator) -> None:
    """Add routes and views."""
    config.add_route("account_page", "/account/{name}")
    config.add_route("account_link", "/account/{name}/{secret}")
    config.scan(__name__)


@_form_view(route_name="account_page", request_method="GET")
@_form_view(route_name="account_link", request_method="GET")
def show_form(request: Request) -> dict[str, object]:
    """A form."""
    return _page(request)


@_form_view(route_name="account_page", request_method="POST")
@_form_view(route_name="account_link", request_method="POST")
def submit_form(request: Request) -> dict[str, object]:
    """Do what a form is for, and say how that went."""
    page = _page(request)
    given = {key: value for key, value in request.POST.items() if isinstance(value, str)}
    services = request.services
    try:
        submit(
            request.matchdict["name"],
            request.matchdict.get("secret", ""),
            given,
            settings=services.settings,
            database=services.database,
            throttle=services.throttle,
            client=request.client,
        )
    except DomainError as error:
        request.response.status_int, headers, _ = answer_to(error)
        request.response.headers.update(headers)
        return page | {"errors": mistakes(error), "given": given}
    return page | {"is_done": True}


def _page(request: Request) -> dict[str, object]:
    name = request.matchdict["name"]
    if name not in FORMS:
        raise HTTPNotFound
    request.response.headers["Content-Security-Policy"] = FORM_POLICY
    return {"form": FORMS[name], "errors": [], "given": {}, "is_done": False}
