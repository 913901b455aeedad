"""Secrets that are given to clients: random text, of which only the digest is kept."""

import re
import secrets
from hashlib import sha256

# One that is in a path, as of a link that was mailed, with what may be stuck to it.
_IN_PATH = re.compile(r"(?<=/)[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])[^/?#\s\"')]*")


def new_secret() -> str:
    """Text that no one can guess: 32 random bytes as 43 letters, digits, `-` and `_`."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """What is kept of it: its SHA-256, which suffices for what no one can guess."""
    return sha256(secret.encode()).digest()


def without_secrets(text: str) -> str:
    """A path, or text with one, as it is logged and repeated: with `***` for what was a secret."""
    return _IN_PATH.sub("***", text)
