"""The pages of accounts, for people: they sign up, and come here by the links of mails."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from html5tagger import Builder, E
from sanic import Blueprint
from sanic.exceptions import NotFound
from sanic.response import HTTPResponse, html

from ..infrastructure.api.pages import document
from ..infrastructure.api.problems import answer_to
from ..infrastructure.api.reading import read_form
from ..infrastructure.edge.policy import FORM_POLICY
from ..infrastructure.errors import DomainError
from ..services import Request
from .forms import FORMS, Field, Form, mistakes, submit

blueprint = Blueprint("account_pages", url_prefix="/account")


@blueprint.get("/<name:str>")
@blueprint.get("/<name:str>/<secret:str>", name="show_form_of_link")
async def show_form(request: Request, name: str, secret: str = "") -> HTTPResponse:
    """A form: nobody has to be signed in, so there is no one in whose name another site may act."""
    form = _form(name)
    return _page(request, form, _asking(form, {}))


@blueprint.post("/<name:str>", stream=True)
@blueprint.post("/<name:str>/<secret:str>", stream=True, name="submit_form_of_link")
async def submit_form(request: Request, name: str, secret: str = "") -> HTTPResponse:
    """Do what a form is for, and say how that went."""
    form, sent, services = _form(name), await read_form(request), request.app.ctx
    given = {field.name: sent.get(field.name, "") for field in form.fields}
    try:
        await submit(
            name,
            secret,
            given,
            settings=services.settings,
            database=services.database,
            throttle=services.throttle,
            client=request.client_ip,
        )
    except DomainError as error:
        status, headers, _ = answer_to(error)
        return _page(request, form, _asking(form, given, mistakes(error)), status, headers)
    return _page(request, form, E.p(form.done, class_="lead", role="status"))


def _form(name: str) -> Form:
    if name not in FORMS:
        raise NotFound
    return FORMS[name]


def _page(
    request: Request,
    form: Form,
    content: Builder,
    status: int = 200,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> HTTPResponse:
    page = document(request, form.title)
    page.main(E.h1(form.title), content)
    return html(page, status, {"Content-Security-Policy": FORM_POLICY, **headers})


def _asking(form: Form, given: Mapping[str, str], errors: Sequence[str] = ()) -> Builder:
    said = (E.div(error, role="alert") for error in errors)
    asked = (_asking_for(field, given.get(field.name)) for field in form.fields)
    button = E.button(form.button)
    return E.p(form.text, class_="lead").form(*said, *asked, button, method="post")


def _asking_for(field: Field, given: str | None) -> Builder:
    entry = E.input(name=field.name, type=field.type, autocomplete=field.autocomplete)
    value = None if field.type == "password" else given
    return E.label(field.label, entry(value=value, required=True))
