"""Passwords, as Argon2id hashes.

Each call takes tens of milliseconds of one CPU: never on an event loop.
"""

import os
import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

# The first of the equivalent settings in OWASP's Password Storage Cheat Sheet: 19 MiB a call.
hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Each takes 19 MiB: one at a time in each process, of which there are as many as CPUs.
_turns = threading.Lock()


def hash_password(password: str) -> str:
    """The hash to keep."""
    with _turns:
        return hasher.hash(password)


def verify_password(password: str, password_hash: str | None) -> bool:
    """Whether the hash is this password's; for no hash, False after about the same time."""
    with _turns:
        try:
            return hasher.verify(password_hash or _any_hash(), password) and bool(password_hash)
        except VerificationError:
            return False


@cache
def _any_hash() -> str:
    return hasher.hash(os.urandom(16))
