"""The API, put together of what the apps contribute."""

from ..about import DESCRIPTION, NAME, VERSION
from ..accounts.api import router as accounts
from ..tasks.api import router as tasks
from . import errors
from .schema import Api, Renderer

api = Api(
    title=NAME,
    version=VERSION,
    description=DESCRIPTION,
    urls_namespace="api",
    # `operations.py` has them, with a page that loads nothing from elsewhere.
    docs_url=None,
    openapi_url=None,
    renderer=Renderer(),
)
api.add_router("", accounts, tags=["accounts"])
api.add_router("/tasks", tasks, tags=["tasks"])
errors.install(api)
