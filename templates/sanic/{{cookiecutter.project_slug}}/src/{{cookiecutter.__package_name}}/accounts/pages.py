"""The pages of accounts, for people: they sign up, and come here by the links of mails."""

from html5tagger import Builder, E
from sanic import Blueprint
from sanic.response import HTTPResponse, html

from ..infrastructure.api.pages import document
from ..infrastructure.api.reading import read_form
from ..infrastructure.edge.policy import FORM_POLICY
from ..services import Request
from . import forms
from .forms import Field, Page

blueprint = Blueprint("account_pages", url_prefix="/account")


@blueprint.get("/<name:str>")
@blueprint.get("/<name:str>/<secret:str>", name="show_form_of_link")
async def show_form(request: Request, name: str, secret: str = "") -> HTTPResponse:
    """A form: nobody has to be signed in, so there is no one in whose name another site may act."""
    services = request.app.ctx
    page = await forms.show(name, secret, settings=services.settings, database=services.database)
    return _answer(request, page)


@blueprint.post("/<name:str>", stream=True)
@blueprint.post("/<name:str>/<secret:str>", stream=True, name="submit_form_of_link")
async def submit_form(request: Request, name: str, secret: str = "") -> HTTPResponse:
    """Do what a form is for, and say how that went."""
    services = request.app.ctx
    page = await forms.submit(
        name,
        secret,
        await read_form(request),
        site=request.header("sec-fetch-site"),
        settings=services.settings,
        database=services.database,
        throttle=services.throttle,
        client=request.client_ip,
    )
    return _answer(request, page)


def _answer(request: Request, page: Page) -> HTTPResponse:
    said = [E.div(error, role="alert") for error in page.errors]
    if page.done:
        said.append(E.p(page.done, class_="lead", role="status"))
    if page.asks:
        said.append(_asking(page))
    if page.link:
        said.append(E.p(E.a(page.link.text, href=page.link.href)))
    text = document(request, page.form.title)
    text.main(E.h1(page.form.title), *said)
    return html(text, page.status, {"Content-Security-Policy": FORM_POLICY, **page.headers})


def _asking(page: Page) -> Builder:
    asked = (_asking_for(field, page.given.get(field.name)) for field in page.form.fields)
    button = E.button(page.form.button)
    return E.p(page.form.text, class_="lead").form(*asked, button, method="post")


def _asking_for(field: Field, given: str | None) -> Builder:
    entry = E.input(name=field.name, type=field.type, autocomplete=field.autocomplete)
    value = None if field.type == "password" else given
    return E.label(field.label, entry(value=value, required=True))
