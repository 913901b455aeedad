"""The page on the OpenAPI document: Swagger UI, whose files come from a package, not from a CDN."""

from functools import cache
from html import escape
from importlib.util import find_spec
from pathlib import Path

from ...about import NAME

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
# Its addresses are relative: the application may be mounted below a path of another.
PAGE = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(NAME)}: API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<main id="swagger-ui"></main>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
_START = """SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
});
"""
MEDIA_TYPES = {
    # The look of the other pages.
    "pages.css": "text/css; charset=utf-8",
    "swagger-ui.css": "text/css; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "start.js": "text/javascript; charset=utf-8",
}


@cache
def asset(name: str) -> bytes:
    """The content of one of the files in MEDIA_TYPES."""
    if name == "start.js":
        return _START.encode()
    if name == "pages.css":
        return Path(__file__).with_name(name).read_bytes()
    # Found, not imported: the package would bring its own web layer along.
    package = find_spec("swagger_ui")
    assert package
    assert package.origin
    return Path(package.origin).with_name("static").joinpath(name).read_bytes()
