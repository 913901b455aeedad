"""The pages for who is not signed in: they sign up, and come here by the links of mails."""

from typing import Any

import cherrypy

from ..infrastructure.api import tools
from ..infrastructure.api.problems import answer_to
from ..infrastructure.edge.policy import FORM_POLICY
from ..infrastructure.errors import DomainError
from .forms import FORMS, mistakes, submit


class Forms:
    """Pages below `/account`, whatever `FORMS` has."""

    # Nobody has to be signed in, so there is no one in whose name another site may act.
    @cherrypy.expose
    @cherrypy.tools.allow(methods=["GET", "POST"])
    @tools.page(template="accounts/templates/form.html", policy=FORM_POLICY)
    def default(self, name: str, secret: str = "", /, **_given: object) -> dict[str, Any]:
        """Show a form; or do what it is for, and say how that went."""
        if name not in FORMS:
            raise cherrypy.HTTPError(404)
        page = {"form": FORMS[name], "errors": [], "given": {}, "is_done": False}
        if cherrypy.request.method != "POST":
            return page
        given = _filled_in()
        services = cherrypy.request.services
        try:
            submit(
                name,
                secret,
                given,
                settings=services.settings,
                database=services.database,
                throttle=services.throttle,
                client=cherrypy.request.remote.ip,
            )
        except DomainError as error:
            cherrypy.response.status, headers, _ = answer_to(error)
            cherrypy.response.headers.update(headers)
            return page | {"errors": mistakes(error), "given": given}
        return page | {"is_done": True}


def _filled_in() -> dict[str, str]:
    """Only what is in the body: an address, with a password in it, would be in logs."""
    fields = cherrypy.request.body.params.items()
    return {name: value for name, value in fields if isinstance(value, str)}
