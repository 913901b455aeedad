"""Which view answers which path."""

from django.contrib import admin
from django.urls import include, path

from ..about import NAME
from ..accounts import urls as accounts
from . import operations
from .api import api

admin.site.site_header = admin.site.site_title = NAME

urlpatterns = [
    path("api/v1/", api.urls),
    path("livez", operations.livez),
    path("readyz", operations.readyz, name="readyz"),
    path("metrics", operations.get_metrics),
    path("openapi.json", operations.get_openapi),
    path("docs", operations.get_docs, name="docs"),
    path("docs/<name>", operations.get_docs_asset, name="docs_asset"),
    path("", operations.index, name="home"),
    path("account/", include(accounts)),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
]

handler400 = f"{__package__}.errors.bad_request"
handler403 = f"{__package__}.errors.permission_denied"
handler404 = f"{__package__}.errors.page_not_found"
handler500 = f"{__package__}.errors.server_error"
