"""Free text from a person, quoted for the formats of a generated project.

A name or a description is one line of text: white space, line breaks included, is folded.
"""

import re

_MARKDOWN = re.compile(
    r"""
      [\\`*_\[\]<>|~$]     # emphasis, code, links, HTML, tables, strikethrough, formulas
    | &(?=\#?\w+;)         # characters by name or number
    | :(?=//|[\w+-]+:)     # addresses, emoji by name
    | (?<=[wW]{3})\.       # addresses without a scheme
    | (?<!\S)\#            # headings: where they start and where they end
    | ^[-+]                # lists and rules
    """,
    re.VERBOSE,
)
_NUMBERED = re.compile(r"^([0-9]+)([.)])")


def oneline(text: str) -> str:
    """Fold each run of white space into one space."""
    return " ".join(text.split())


def toml(text: str) -> str:
    """A basic string of TOML 1.0, quotes included."""
    escaped = oneline(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_escape_controls(escaped)}"'


def python(text: str) -> str:
    """A string literal of Python as `ruff format` writes it, quotes included."""
    text = oneline(text)
    quote = "'" if text.count('"') > text.count("'") else '"'
    escaped = text.replace("\\", "\\\\").replace(quote, f"\\{quote}")
    return f"{quote}{_escape_controls(escaped)}{quote}"


def markdown(text: str) -> str:
    """A line that Markdown shows as it is, GitHub's too; only what it would read is escaped.

    GitHub links addresses of e-mail whatever is done; they still read as they were typed.
    """
    escaped = _MARKDOWN.sub(r"\\\g<0>", oneline(text))
    return _NUMBERED.sub(r"\1\\\2", escaped)


def _escape_controls(text: str) -> str:
    return "".join(c if c.isprintable() or c == " " else _escape(c) for c in text)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
