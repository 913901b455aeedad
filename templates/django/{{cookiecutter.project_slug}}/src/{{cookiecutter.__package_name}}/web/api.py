"""The API, put together of what the features contribute."""

from ..about import DESCRIPTION, NAME, VERSION
from ..accounts.auth import SignedIn
from ..features import modules
from ..infrastructure.api.schema import Api, Renderer, StrictParser
from . import errors

api = Api(
    title=NAME,
    version=VERSION,
    description=DESCRIPTION,
    urls_namespace="api",
    # Where an endpoint says nothing else, as by `auth=None`.
    auth=SignedIn(),
    # `operations.py` has them, with a page that loads nothing from elsewhere.
    docs_url=None,
    openapi_url=None,
    parser=StrictParser(),
    renderer=Renderer(),
)
for module in modules("api"):
    api.add_router("", module.router, tags=[module.__name__.split(".")[-2]])
errors.install(api)
