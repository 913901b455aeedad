"""What an answer may be; standard library only, the same for every template."""

import keyword
import re
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

MAX_TEXT = 200
MAX_SLUG = 50
MAX_EMAIL = 254
TEXTS = ("project_name", "description", "author_name")
# The question to which each is an answer, by which files are left out.
QUESTIONS = {
    "chameleon": "template_language",
    "compose": "deploy",
    "github": "ci",
    "gitlab": "ci",
    "jinja2": "template_language",
    "kubernetes": "deploy",
    "mako": "template_language",
    "postgresql": "database",
    "sqlite": "database",
    "tasks": "sample_resource",
}

_SLUG = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_EMAIL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")
# Embeddings, overrides and isolates of Unicode's bidirectional algorithm, and their ends.
_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
# Windows opens devices, not files, by these names.
_DEVICES = {"con", "prn", "aux", "nul"} | {
    f"{port}{n}" for port in ("com", "lpt") for n in range(10)
}
# fmt: off
# Of Python 3.11 to 3.14, whichever runs here: those that came or went in between.
_STANDARD_LIBRARY = sys.stdlib_module_names | {
    "aifc", "annotationlib", "asynchat", "asyncore", "audioop", "cgi", "cgitb", "chunk",
    "compression", "crypt", "distutils", "imghdr", "imp", "lib2to3", "mailcap", "msilib", "nis",
    "nntplib", "ossaudiodev", "pipes", "smtpd", "sndhdr", "spwd", "sunau", "telnetlib", "uu",
    "xdrlib",
}
# fmt: on
# What a generated project installs, has, or keeps out of git: a service of such a name would import
# itself, or be lost. A test compares the list with what is installed.
DEPENDENCIES = frozenset(Path(__file__).with_name("taken_names.txt").read_text("utf-8").split())


def package_name(slug: str) -> str:
    """Give the import name of a project: its slug with underscores."""
    return slug.replace("-", "_")


def short_name(slug: str) -> str:
    """The slug of a service's name if that is allowed, or else the next like it that is."""
    short = slug[: MAX_SLUG - len("service-")].strip("-")
    candidates = (slug, short, f"{short}-service", f"service-{short}")
    return next((name for name in candidates if _is_allowed(name)), "my-service")


def problems(answers: Mapping[str, Any]) -> list[str]:
    """Say which answers are not allowed: a line for each, with its name, value and what is."""
    wrong: dict[str, str] = {}
    for name, allowed, valid in _rules(answers):
        if not valid:
            wrong.setdefault(name, allowed)
    return [
        f"{name} {_shown(answers.get(name))} is not allowed: {allowed}"
        for name, allowed in wrong.items()
    ]


def _is_allowed(slug: str) -> bool:
    return all(valid for _, valid in _rules_of_slugs(slug))


def _rules(answers: Mapping[str, Any]) -> Iterator[tuple[str, str, bool]]:
    rules = {
        **dict.fromkeys(TEXTS, _rules_of_texts),
        "project_slug": _rules_of_slugs,
        "author_email": _rules_of_addresses,
    }
    for name, rules_of in rules.items():
        answer = answers.get(name)
        # Settings and replayed files may hold anything; Cookiecutter asks for a mapping last.
        if isinstance(answer, str):
            yield from ((name, allowed, valid) for allowed, valid in rules_of(answer))
        else:
            yield name, "a text", False
    slug = answers.get("project_slug")
    if isinstance(slug, str) and _is_allowed(slug):
        # Given, it is not rendered, and would be a path.
        package = answers.get("__package_name", package_name(slug))
        yield "__package_name", "only what is made of project_slug", package == package_name(slug)
    # The same: it is a folder's name.
    tasks = answers.get("__tasks", "")
    yield "__tasks", "only what is made of sample_resource", tasks in {"", "tasks"}


def _rules_of_texts(text: str) -> Iterator[tuple[str, bool]]:
    yield f"at least 1 and at most {MAX_TEXT} characters", 0 < len(text.strip()) <= MAX_TEXT
    yield "no control characters but tabs and line breaks", not any(map(_is_control, text))


def _rules_of_slugs(slug: str) -> Iterator[tuple[str, bool]]:
    yield (
        f"at most {MAX_SLUG} lower-case letters and digits, a letter first, "
        "with single hyphens or underscores between them",
        len(slug) <= MAX_SLUG and _SLUG.fullmatch(slug) is not None,
    )
    package = package_name(slug)
    taken = {
        "the words of the Python language": {*keyword.kwlist, *keyword.softkwlist, "type"},
        "the modules of Python's standard library": _STANDARD_LIBRARY,
        "the packages and commands that the service uses": DEPENDENCIES,
        "the devices of Windows": _DEVICES,
    }
    yield "any name that does not begin with test- or test_", not package.startswith("test_")
    for what, names in taken.items():
        yield f"any name but those of {what}", package not in names


def _rules_of_addresses(email: str) -> Iterator[tuple[str, bool]]:
    yield (
        f"one address such as you@example.com, at most {MAX_EMAIL} characters",
        len(email) <= MAX_EMAIL and _EMAIL.fullmatch(email) is not None,
    )


def _is_control(character: str) -> bool:
    # Cs: lone surrogates, which have no form in UTF-8. What turns the direction of a text makes it
    # read as another one.
    return not character.isspace() and (
        unicodedata.category(character) in {"Cc", "Cs"}
        or unicodedata.bidirectional(character) in _TURNING
    )


def _shown(value: object) -> str:
    """As Python writes it; what the terminal can't show is escaped."""
    shown = repr(f"{value[:57]}..." if isinstance(value, str) and len(value) > 60 else value)
    encoding = sys.stdout.encoding or "ascii"
    return shown.encode(encoding, "backslashreplace").decode(encoding)
