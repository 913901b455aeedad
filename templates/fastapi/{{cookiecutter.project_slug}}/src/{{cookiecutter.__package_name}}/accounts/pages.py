"""The pages of accounts, for people: they sign up, and come here by the links of mails."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates

from ..infrastructure.api.problems import answer_to
from ..infrastructure.edge.policy import FORM_POLICY
from ..infrastructure.errors import DomainError
from ..services import ServicesDep
from .api import client_of
from .forms import FORMS, mistakes, submit

router = APIRouter(prefix="/account", include_in_schema=False)
_templates = Jinja2Templates(Path(__file__).with_name("templates"))


@router.get("/{name}")
@router.get("/{name}/{secret}")
async def show_form(request: Request, name: str) -> HTMLResponse:
    """A form: nobody has to be signed in, so there is no one in whose name another site may act."""
    return _page(request, name)


@router.post("/{name}")
@router.post("/{name}/{secret}")
async def submit_form(
    request: Request, services: ServicesDep, name: str, secret: str = ""
) -> HTMLResponse:
    """Do what a form is for, and say how that went."""
    given = {key: value for key, value in (await request.form()).items() if isinstance(value, str)}
    try:
        await submit(
            name,
            secret,
            given,
            settings=services.settings,
            database=services.database,
            throttle=services.throttle,
            client=client_of(request),
        )
    except DomainError as error:
        status, headers, _ = answer_to(error)
        return _page(request, name, status, headers, errors=mistakes(error), given=given)
    return _page(request, name, is_done=True)


def _page(
    request: Request,
    name: str,
    status: int = 200,
    headers: Mapping[str, str] = MappingProxyType({}),
    **values: object,
) -> HTMLResponse:
    if name not in FORMS:
        raise HTTPException(404)
    return _templates.TemplateResponse(
        request,
        "form.html",
        {"form": FORMS[name], "given": {}, **values},
        status_code=status,
        headers={"Content-Security-Policy": FORM_POLICY, **headers},
    )
