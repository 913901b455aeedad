"""The pages of accounts, for people: they sign up, and come here by the links of mails."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from bottle import Bottle, abort, request, response, template

from ..config import Settings
from ..infrastructure.api.problems import answer_to
from ..infrastructure.database.access import Database
from ..infrastructure.edge.policy import FORM_POLICY
from ..infrastructure.errors import DomainError
from ..infrastructure.security.throttle import Throttle
from .auth import client
from .forms import FORMS, mistakes, submit

VIEWS = [str(Path(__file__).with_name("views"))]

app = Bottle()


@app.get("/account/<name>", name="account_page")
@app.get("/account/<name>/<secret>")
def show_form(name: str, secret: str = "") -> str:
    """A form: nobody has to be signed in, so there is no one in whose name another site may act."""
    return _page(name)


@app.post("/account/<name>")
@app.post("/account/<name>/<secret>")
def submit_form(
    database: Database, throttle: Throttle, settings: Settings, name: str, secret: str = ""
) -> str:
    """Do what a form is for, and say how that went."""
    given = {key: request.forms.getunicode(key, "") for key in request.forms}
    try:
        submit(
            name,
            secret,
            given,
            settings=settings,
            database=database,
            throttle=throttle,
            client=client(),
        )
    except DomainError as error:
        response.status, headers, _ = answer_to(error)
        response.headers.update(headers)
        return _page(name, errors=mistakes(error), given=given)
    return _page(name, is_done=True)


def _page(
    name: str,
    *,
    errors: Sequence[str] = (),
    given: Mapping[str, str] | None = None,
    is_done: bool = False,
) -> str:
    if name not in FORMS:
        abort(404)
    response.set_header("Content-Security-Policy", FORM_POLICY)
    page: str = template(
        "form",
        template_lookup=VIEWS,
        form=FORMS[name],
        errors=errors,
        given=given or {},
        is_done=is_done,
        url=request.app.get_url,
    )
    return page
