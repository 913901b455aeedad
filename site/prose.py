"""Markdown as GitHub shows it: with anchors for titles, and code in colours."""

import re
from collections.abc import Callable, Iterator, Sequence
from html import escape
from itertools import pairwise
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

_ADDRESS = re.compile(r' (href|src|srcset)="([^"]*)"')
_COLOURS = HtmlFormatter[str](nowrap=True)


class Title(NamedTuple):
    """A title of a page."""

    level: int
    text: str
    anchor: str


class Prose(NamedTuple):
    """A text: as HTML, and the titles in it."""

    html: str
    titles: list[Title]


def render(markdown: str, address: Callable[[str], str | None]) -> Prose:
    """Render a text.

    address: gives what stands in the page for an address in the text, None for what has none.
    """

    def attribute(found: re.Match[str]) -> str:
        there = address(found[2])
        return "" if there is None else f' {found[1]}="{there}"'

    parser = MarkdownIt("commonmark", {"html": True, "highlight": _code}).enable("table")
    parser.add_render_rule("table_open", _table_open)
    parser.add_render_rule("table_close", _table_close)
    tokens = parser.parse(markdown)
    titles = list(_titled(tokens))
    for opening, content, closing in zip(tokens, tokens[1:], tokens[2:], strict=False):
        # The corner of a table heads nothing.
        if opening.type == "th_open" and not content.content:
            opening.tag = closing.tag = "td"
    for cell in (each for each in tokens if each.type in {"td_open", "th_open"}):
        # The page's policy allows no styles but those of its sheet.
        if style := cell.attrs.pop("style", ""):
            cell.attrs["class"] = str(style).removeprefix("text-align:")
    html = parser.renderer.render(tokens, parser.options, {})
    return Prose(_ADDRESS.sub(attribute, html), titles)


def line(markdown: str) -> str:
    """Render what stands within a line."""
    rendered: str = MarkdownIt("commonmark").renderInline(markdown)
    return rendered


def _titled(tokens: Sequence[Token]) -> Iterator[Title]:
    """Give each title the anchor that it has on GitHub."""
    taken: dict[str, int] = {}
    for opening, content in pairwise(tokens):
        if opening.type != "heading_open":
            continue
        text = "".join(each.content for each in content.children or ())
        anchor = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        taken[anchor] = count = taken.get(anchor, -1) + 1
        if count:
            anchor += f"-{count}"
        opening.attrs["id"] = anchor
        yield Title(int(opening.tag[1]), text, anchor)


def _code(code: str, language: str, _attributes: str) -> str:
    # What is wider than the screen is scrolled, by keys as well.
    coloured = highlight(code, get_lexer_by_name(language), _COLOURS) if language else escape(code)
    return f'<pre tabindex="0"><code>{coloured}</code></pre>\n'


def _table_open(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, _env: EnvType
) -> str:
    return '<div class="wide" tabindex="0">\n' + renderer.renderToken(tokens, at, options, {})


def _table_close(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, _env: EnvType
) -> str:
    return renderer.renderToken(tokens, at, options, {}) + "</div>\n"
