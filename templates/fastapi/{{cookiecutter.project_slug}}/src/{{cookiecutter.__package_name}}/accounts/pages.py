"""The pages of accounts, for people: they sign up, and come here by the links of mails."""

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates

from ..infrastructure.edge.policy import FORM_POLICY
from ..services import ServicesDep
from . import forms
from .api import client_of
from .forms import Page

router = APIRouter(prefix="/account", include_in_schema=False)
_templates = Jinja2Templates(Path(__file__).with_name("templates"))


@router.get("/{name}")
@router.get("/{name}/{secret}")
async def show_form(
    request: Request, services: ServicesDep, name: str, secret: str = ""
) -> HTMLResponse:
    """A form: nobody has to be signed in, so there is no one in whose name another site may act."""
    page = await forms.show(name, secret, settings=services.settings, database=services.database)
    return _answer(request, page)


@router.post("/{name}")
@router.post("/{name}/{secret}")
async def submit_form(
    request: Request, services: ServicesDep, name: str, secret: str = ""
) -> HTMLResponse:
    """Do what a form is for, and say how that went."""
    given = {key: value for key, value in (await request.form()).items() if isinstance(value, str)}
    page = await forms.submit(
        name,
        secret,
        given,
        site=request.headers.get("Sec-Fetch-Site"),
        settings=services.settings,
        database=services.database,
        throttle=services.throttle,
        client=client_of(request),
    )
    return _answer(request, page)


def _answer(request: Request, page: Page) -> HTMLResponse:
    return _templates.TemplateResponse(
        request,
        "form.html",
        {"page": page},
        status_code=page.status,
        headers={"Content-Security-Policy": FORM_POLICY, **page.headers},
    )
