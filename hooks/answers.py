"""What an answer may be; standard library only, the same for every template."""

import keyword
import re
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

MAX_TEXT = 200
MAX_SLUG = 50
MAX_EMAIL = 254
TEXTS = ("project_name", "description", "author_name")

_SLUG = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_EMAIL = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})+")
# Windows opens devices, not files, by these names.
_DEVICES = {"con", "prn", "aux", "nul"} | {
    f"{port}{n}" for port in ("com", "lpt") for n in range(10)
}
# What a generated project installs, has, or keeps out of git: a service of such a name would import
# itself, or be lost. A test compares the list with what is installed.
DEPENDENCIES = frozenset(Path(__file__).with_name("taken_names.txt").read_text("utf-8").split())


def package_name(slug: str) -> str:
    """Give the import name of a project: its slug with underscores."""
    return slug.replace("-", "_")


def problem(answers: Mapping[str, str]) -> str | None:
    """Find the first answer that is not allowed: its name, value and what is, in one line."""
    for name, allowed, valid in _rules(answers):
        if not valid:
            return f"{name} {_shown(answers[name])} is not allowed: {allowed}"
    return None


def _rules(answers: Mapping[str, str]) -> Iterator[tuple[str, str, bool]]:
    for name in TEXTS:
        text = answers[name]
        yield (
            name,
            f"at least 1 and at most {MAX_TEXT} characters",
            0 < len(text.strip()) <= MAX_TEXT,
        )
        yield name, "no control characters but tabs and line breaks", not _has_controls(text)
    slug = answers["project_slug"]
    package = package_name(slug)
    yield (
        "project_slug",
        f"at most {MAX_SLUG} lower-case letters and digits, a letter first, "
        "with single hyphens or underscores between them",
        len(slug) <= MAX_SLUG and _SLUG.fullmatch(slug) is not None,
    )
    taken = {
        "the words of the Python language": {*keyword.kwlist, *keyword.softkwlist, "type"},
        "the modules of Python's standard library": sys.stdlib_module_names,
        "the packages and commands that the service uses": DEPENDENCIES,
        "the devices of Windows": _DEVICES,
    }
    yield "project_slug", "any name that does not begin with test", not package.startswith("test_")
    for what, names in taken.items():
        yield "project_slug", f"any name but those of {what}", package not in names
    email = answers["author_email"]
    yield (
        "author_email",
        f"one address such as you@example.com, at most {MAX_EMAIL} characters",
        len(email) <= MAX_EMAIL and _EMAIL.fullmatch(email) is not None,
    )


def _has_controls(text: str) -> bool:
    # Cs: lone surrogates, which have no form in UTF-8.
    return any(unicodedata.category(c) in {"Cc", "Cs"} and not c.isspace() for c in text)


def _shown(value: str) -> str:
    return ascii(value if len(value) <= 60 else f"{value[:57]}...")
