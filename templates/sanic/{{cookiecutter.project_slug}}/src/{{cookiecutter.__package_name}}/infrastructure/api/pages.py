"""Pages for people, with the look that all of them have."""

from html5tagger import Builder, Document

from .request import AnyRequest


def document(request: AnyRequest, title: str) -> Builder:
    """The beginning of a page, to which its content is added."""
    head = Document(title, lang="en", _viewport=True).link(rel="icon", href="data:,")
    return head.link(rel="stylesheet", href=f"{request.prefix}/docs/pages.css")
