"""Passwords are hashed by one thread at a time, since each takes 19 MiB and a processor."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from task_service.infrastructure.security import (
    passwords,
)


class Hasher:
    """Says how many use it at the same time."""

    def __init__(self) -> None:
        self.users = self.most = 0

    def hash(self, _password: str) -> str:
        self.users += 1
        self.most = max(self.most, self.users)
        time.sleep(0.01)
        self.users -= 1
        return ""

    def verify(self, _hash: str, password: str) -> bool:
        return not self.hash(password)


def test_each_waits_for_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = Hasher()
    monkeypatch.setattr(passwords, "hasher", hasher)
    with ThreadPoolExecutor(4) as threads:
        for number in range(4):
            threads.submit(passwords.hash_password, str(number))
            threads.submit(passwords.verify_password, str(number), "hash")
    assert hasher.most == 1
