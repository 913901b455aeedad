"""Passwords, as Argon2id hashes.

Each hash takes tens of milliseconds of one CPU.
"""

import threading

from django.contrib.auth.hashers import Argon2PasswordHasher

# Each takes 19 MiB: one at a time in each process, of which there are as many as CPUs.
_turns = threading.Lock()


class Argon2idPasswordHasher(Argon2PasswordHasher):
    """Django's own, with the first settings in OWASP's Password Storage Cheat Sheet: 19 MiB a call.

    Hashes with other settings are renewed when their users sign in.
    """

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """The hash to keep."""
        with _turns:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Whether the hash is this password's."""
        with _turns:
            return super().verify(password, encoded)
