"""The pages of accounts, for people: they sign up, and come here by the links of mails."""

from functools import partial

from pyramid.config import Configurator
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from ..infrastructure.api.pages import EXTENSION
from ..infrastructure.edge.policy import FORM_POLICY
from . import forms
from .forms import Page
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
def show_form(request: Request) -> dict[str, Page]:
    """A form."""
    services = request.services
    return _answer(
        request,
        forms.show(*_path(request), settings=services.settings, database=services.database),
    )


@_form_view(route_name="account_page", request_method="POST")
@_form_view(route_name="account_link", request_method="POST")
def submit_form(request: Request) -> dict[str, Page]:
    """Do what a form is for, and say how that went."""
    services = request.services
    page = forms.submit(
        *_path(request),
        {key: value for key, value in request.POST.items() if isinstance(value, str)},
        site=request.headers.get("Sec-Fetch-Site"),
        settings=services.settings,
        database=services.database,
        throttle=services.throttle,
        client=request.client,
    )
    return _answer(request, page)


def _path(request: Request) -> tuple[str, str]:
    return request.matchdict["name"], request.matchdict.get("secret", "")


def _answer(request: Request, page: Page) -> dict[str, Page]:
    request.response.status_int = page.status
    request.response.headers.update(page.headers)
    request.response.headers["Content-Security-Policy"] = FORM_POLICY
    return {"page": page}
