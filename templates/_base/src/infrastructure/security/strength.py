"""Which passwords are refused because guessers try them first (NIST 800-63B)."""

from collections.abc import Iterator
from typing import Any

# Beyond that, what is common in a password makes it no easier to guess; and looking takes long.
LOOKED_AT = 32
# Of zxcvbn's 0 to 4: from here on it takes more than a million guesses.
SCORE = 2
# Shorter words are in everything.
WORD = 4


def is_common(password: str, *known: str) -> bool:
    """Whether a common password, a word or what is known makes it easy to guess; or it is blank.

    known: what others may know of who has it, such as the address.
    """
    # Its lists take 15 MB, so it is imported only where it is used.
    from zxcvbn import zxcvbn

    context = [part[:LOOKED_AT] for text in known for part in (text, text.partition("@")[0])]
    found = zxcvbn(password[:LOOKED_AT], user_inputs=context)
    has_word = any(len(word) >= WORD for word in _words(found["sequence"]))
    return not password.strip() or (has_word and found["score"] < SCORE)


def _words(matches: list[Any]) -> Iterator[str]:
    for match in matches:
        if match["pattern"] == "dictionary":
            yield match["token"]
        elif match["pattern"] == "repeat":
            yield from _words(match["base_matches"])
