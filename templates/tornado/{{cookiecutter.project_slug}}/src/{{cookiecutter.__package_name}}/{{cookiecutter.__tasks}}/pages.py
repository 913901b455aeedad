"""What pages for people have in common: sessions in a signed cookie, XSRF, static files."""

from tornado.web import HTTPError, StaticFileHandler

from ..accounts import pages
from ..accounts import use_cases as accounts
from ..accounts.schemas import TokenOutput
from ..accounts.use_cases import Caller
from ..infrastructure.api.handlers import BaseHandler
from ..infrastructure.errors import Unauthorized
from ..infrastructure.security.digests import digest
from ..services import Handler

SECONDS_A_DAY = 86_400
# Scripts and styles come from files of this service, and so does what the scripts ask for.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


async def get_session_caller(handler: Handler) -> Caller | None:
    """Who is signed in by the cookie, if anybody is."""
    services = handler.services
    days = services.settings.token_ttl_seconds / SECONDS_A_DAY
    kept = handler.get_signed_cookie(_cookie(handler), max_age_days=days)
    if kept is None:
        return None
    try:
        return await accounts.find_caller(services.database, kept)
    except Unauthorized:
        return None


def _cookie(handler: Handler) -> str:
    """What it is called: no other host of the domain can set one with this prefix."""
    in_production = handler.services.settings.app_env == "production"
    return "__Host-session" if in_production else "session"


class PageHandler(pages.PageHandler):
    """A page that knows who is signed in: `current_user` is the caller, or None."""

    content_security_policy = CONTENT_SECURITY_POLICY

    async def prepare(self) -> None:
        """Look who is signed in, as Tornado's `get_current_user` can't wait for a database."""
        self.current_user = await get_session_caller(self)

    def start_session(self, token: TokenOutput) -> None:
        """Keep the digest of a token in the cookie: it is all that is needed to know the caller.

        Who gets hold of the cookie still has no token for the API.
        """
        kept = digest(token.access_token)
        self.set_signed_cookie(_cookie(self), kept, expires_days=None, expires=token.expires_at)

    async def end_session(self, caller: Caller) -> None:
        """Make the token of the session worthless, and have the browser forget it."""
        await accounts.revoke(self.services.database, caller.token_digest)
        self.clear_cookie(_cookie(self))


class AssetHandler(BaseHandler, StaticFileHandler):
    """A static file; Tornado makes its rule of the setting `static_path`."""

    def initialize(self, path: str) -> None:  # type: ignore[override]  # what Tornado's rule gives
        """path: the folder of the files."""
        BaseHandler.initialize(self, "/static/{path}")
        StaticFileHandler.initialize(self, path)

    async def get(self, path: str, include_body: bool = True) -> None:
        """The file, if there is one in the folder: of what is elsewhere nothing is said."""
        try:
            await super().get(path, include_body)
        except (HTTPError, ValueError) as error:
            raise HTTPError(404) from error
        if self.get_status() == 416:
            self.finish(self.problem(416))

    def compute_etag(self) -> str | None:
        """The version of the file, so the browser can keep it."""
        return StaticFileHandler.compute_etag(self)
