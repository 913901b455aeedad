"""The API, put together of what the features contribute."""

from importlib import import_module

from ..about import DESCRIPTION, NAME, VERSION
from ..accounts.auth import SignedIn
from ..features import FEATURES
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
for feature in FEATURES:
    api.add_router("", import_module(f"..{feature}.api", __package__).router, tags=[feature])
errors.install(api)
