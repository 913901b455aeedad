"""The pages of accounts, for people: they sign up, and come here by the links of mails."""

from pathlib import Path

from bottle import Bottle, request, response, template

from ..config import Settings
from ..infrastructure.database.access import Database
from ..infrastructure.edge.policy import FORM_POLICY
from ..infrastructure.security.throttle import Throttle
from . import forms
from .auth import client
from .forms import Page

VIEWS = [str(Path(__file__).with_name("views"))]

app = Bottle()


@app.get("/account/<name>", name="account_page")
@app.get("/account/<name>/<secret>")
def show_form(database: Database, settings: Settings, name: str, secret: str = "") -> str:
    """A form: nobody has to be signed in, so there is no one in whose name another site may act."""
    return _answer(forms.show(name, secret, settings=settings, database=database))


@app.post("/account/<name>")
@app.post("/account/<name>/<secret>")
def submit_form(
    database: Database, throttle: Throttle, settings: Settings, name: str, secret: str = ""
) -> str:
    """Do what a form is for, and say how that went."""
    page = forms.submit(
        name,
        secret,
        {key: request.forms.getunicode(key, "") for key in request.forms},
        site=request.get_header("Sec-Fetch-Site"),
        settings=settings,
        database=database,
        throttle=throttle,
        client=client(),
    )
    return _answer(page)


def _answer(page: Page) -> str:
    response.status = page.status
    response.headers.update(page.headers)
    response.set_header("Content-Security-Policy", FORM_POLICY)
    text: str = template("form", template_lookup=VIEWS, page=page, url=request.app.get_url)
    return text
