"""The pages of accounts, for people: they sign up, and come here by the links of mails."""

from flask import Blueprint, render_template, request

from ..infrastructure.edge.policy import FORM_POLICY
from ..services import services
from . import forms
from .auth import client_address
from .forms import Page

blueprint = Blueprint("account_pages", __name__, url_prefix="/account", template_folder="templates")

Answer = tuple[str, int, dict[str, str]]


@blueprint.get("/<name>")
@blueprint.get("/<name>/<secret>")
def show_form(name: str, secret: str = "") -> Answer:
    """A form: nobody has to be signed in, so there is no one in whose name another site may act."""
    found = services()
    return _answer(forms.show(name, secret, settings=found.settings, database=found.database))


@blueprint.post("/<name>")
@blueprint.post("/<name>/<secret>")
def submit_form(name: str, secret: str = "") -> Answer:
    """Do what a form is for, and say how that went."""
    page = forms.submit(
        name,
        secret,
        request.form,
        site=request.headers.get("Sec-Fetch-Site"),
        settings=services().settings,
        database=services().database,
        throttle=services().throttle,
        client=client_address(),
    )
    return _answer(page)


def _answer(page: Page) -> Answer:
    text = render_template("accounts/form.html", page=page)
    return text, page.status, {"Content-Security-Policy": FORM_POLICY, **page.headers}
