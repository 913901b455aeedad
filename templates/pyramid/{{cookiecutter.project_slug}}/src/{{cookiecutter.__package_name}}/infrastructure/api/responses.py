"""The response as the views make it."""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

import pyramid.response


class Response(pyramid.response.Response):
    """A response that is sent as it was made."""

    default_charset = "utf-8"

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Send it: WebOb would make `Location` absolute, by a Host that the client made up."""
        if self.conditional_response:
            return self.conditional_response_app(environ, start_response)
        start_response(self.status, self.headerlist)
        return self.app_iter
