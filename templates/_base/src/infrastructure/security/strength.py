"""Which passwords are refused because guessers try them first (NIST 800-63B)."""

from collections.abc import Iterable, Iterator
from math import prod
from threading import Lock
from typing import Any

from ...about import NAME

# Beyond that, what is common in a password makes it no easier to guess; and looking takes long.
LOOKED_AT = 32
# Of zxcvbn's 0 to 4: from here on it takes more than a million guesses.
SCORE = 2
# Ten thousand million, for one word: guessers know which digits and signs people put beside it.
SCORE_OF_ONE_WORD = 4
# Shorter words, and rows of letters or keys, are in everything.
WORD = 4
_WORDS_AND_ROWS = {"dictionary", "sequence", "spatial"}
# What who guesses passwords of this service tries, too.
_OURS = (NAME, NAME.replace(" ", ""))
# In how many ways its signs may be read as letters: each is looked up, which takes 1 ms.
READINGS = 12
# What zxcvbn reads as letters, digits aside, and what it doesn't.
_AS_SIGNS = str.maketrans("@({[<|!$+%", "äâàáãïîíöô")
# zxcvbn keeps what is known in a variable of its module.
_one_at_a_time = Lock()


def is_common(password: str, *known: str) -> bool:
    """Whether a common password, a word, a row or what is known makes it easy to guess.

    So is what is blank, or has no more than two different characters.
    known: what others may know of who has it, such as the address.
    """
    texts = (*known, *_OURS)
    if len(set(password)) <= 2 or not password.strip() or _is_of(texts, _letters(password)):
        return True
    context = [part[:LOOKED_AT] for text in texts for part in (text, text.partition("@")[0])]
    with _one_at_a_time:
        found = _look(password[:LOOKED_AT], context)
    parts = found["sequence"]
    lettered = [part for part in parts if _letters(part["token"])]
    if len(lettered) == 1 and _has_word(lettered):
        return bool(found["score"] < SCORE_OF_ONE_WORD)
    return found["score"] < SCORE and (_has_word(parts) or password.isdigit())


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text.casefold()))


def _is_of(texts: Iterable[str], letters: str) -> bool:
    # Whatever signs and digits are between them.
    return len(letters) >= WORD and any(letters in _letters(text) for text in texts)


def _look(password: str, context: list[str]) -> Any:
    # Its lists take 15 MB and 0.1 s, so the first who needs them imports them.
    from zxcvbn import zxcvbn
    from zxcvbn.matching import L33T_TABLE

    written = (sum(sign in password for sign in signs) for signs in L33T_TABLE.values())
    if prod(max(1, count) for count in written) > READINGS:
        password = password.translate(_AS_SIGNS)
    return zxcvbn(password, user_inputs=context)


def _has_word(matches: list[Any]) -> bool:
    return any(len(word) >= WORD for word in _words(matches))


def _words(matches: list[Any]) -> Iterator[str]:
    for match in matches:
        if match["pattern"] in _WORDS_AND_ROWS:
            yield match["token"]
        elif match["pattern"] == "repeat":
            yield from _words(match["base_matches"])
