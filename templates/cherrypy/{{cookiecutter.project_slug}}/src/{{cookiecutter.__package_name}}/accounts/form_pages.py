"""The pages for who is not signed in: they sign up, and come here by the links of mails."""

import cherrypy

from ..infrastructure.api import tools
from ..infrastructure.edge.policy import FORM_POLICY
from . import forms
from .forms import Page


class Forms:
    """Pages below `/account`, whatever `FORMS` has."""

    # Nobody has to be signed in, so there is no one in whose name another site may act.
    @cherrypy.expose
    @cherrypy.tools.allow(methods=["GET", "POST"])
    @tools.page(template="accounts/templates/form.html", policy=FORM_POLICY)
    def default(self, name: str, secret: str = "", /, **_given: object) -> dict[str, Page]:
        """Show a form; or do what it is for, and say how that went."""
        request = cherrypy.request
        services = request.services
        settings, database = services.settings, services.database
        if request.method == "POST":
            page = forms.submit(
                name,
                secret,
                _filled_in(),
                site=request.headers.get("Sec-Fetch-Site"),
                settings=settings,
                database=database,
                throttle=services.throttle,
                client=request.remote.ip,
            )
        else:
            page = forms.show(name, secret, settings=settings, database=database)
        cherrypy.response.status = page.status
        cherrypy.response.headers.update(page.headers)
        return {"page": page}


def _filled_in() -> dict[str, str]:
    """Only what is in the body: an address, with a password in it, would be in logs."""
    fields = cherrypy.request.body.params.items()
    return {name: value for name, value in fields if isinstance(value, str)}
