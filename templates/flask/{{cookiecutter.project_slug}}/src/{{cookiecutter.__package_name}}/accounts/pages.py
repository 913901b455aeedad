"""The pages of accounts, for people: they sign up, and come here by the links of mails."""

from flask import Blueprint, abort, render_template, request

from ..infrastructure.api.problems import answer_to
from ..infrastructure.edge.policy import FORM_POLICY
from ..infrastructure.errors import DomainError
from ..services import services
from .auth import client_address
from .forms import FORMS, mistakes, submit

blueprint = Blueprint("account_pages", __name__, url_prefix="/account", template_folder="templates")

Page = tuple[str, int, dict[str, str]]


@blueprint.get("/<name>")
@blueprint.get("/<name>/<secret>")
def show_form(name: str, secret: str = "") -> Page:
    """A form: nobody has to be signed in, so there is no one in whose name another site may act."""
    return _page(name, given={})


@blueprint.post("/<name>")
@blueprint.post("/<name>/<secret>")
def submit_form(name: str, secret: str = "") -> Page:
    """Do what a form is for, and say how that went."""
    given = request.form.to_dict()
    try:
        submit(
            name,
            secret,
            given,
            settings=services().settings,
            database=services().database,
            throttle=services().throttle,
            client=client_address(),
        )
    except DomainError as error:
        status, headers, _ = answer_to(error)
        return _page(name, status, headers, errors=mistakes(error), given=given)
    return _page(name, is_done=True)


def _page(
    name: str, status: int = 200, headers: dict[str, str] | None = None, **values: object
) -> Page:
    if name not in FORMS:
        abort(404)
    page = render_template("accounts/form.html", form=FORMS[name], **values)
    return page, status, {"Content-Security-Policy": FORM_POLICY, **(headers or {})}
