"""Free text from a person, quoted for the formats of a generated project.

A name or a description is one line of text: white space, line breaks included, is folded.
"""

import re


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
    """Text that Markdown shows as it is: no markup, no HTML, no link, no heading."""
    escaped = re.sub(r"([\\`*_{}\[\]()<>#+\-.!|~&:@$^=\"'/])", r"\\\1", oneline(text))
    return re.sub(r"(?<=\d)(?=\\\.)", "", escaped)


def _escape_controls(text: str) -> str:
    return "".join(c if c.isprintable() or c == " " else _escape(c) for c in text)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
