"""What is kept of secrets: the hash of a password, and the hash of a token."""

import hashlib
from pathlib import Path

import pytest

from .backing.sqlite import SQLiteDatabases, path_of
from .client import sign_up
from .service import Serving

pytestmark = pytest.mark.sqlite


def stored(path: Path) -> bytes:
    """All bytes of the database, with those that are still in its log."""
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


def test_neither_passwords_nor_tokens_are_kept(
    serving: Serving, sqlite_databases: SQLiteDatabases
) -> None:
    url = sqlite_databases.migrated()
    with (
        serving(**sqlite_databases.settings, DATABASE_URL=url) as service,
        service.client() as client,
    ):
        account = sign_up(client)
        content = stored(path_of(url))
    assert account.email.encode() in content
    assert b"$argon2id$" in content
    assert account.password.encode() not in content
    assert account.token.encode() not in content
    digest = hashlib.sha256(account.token.encode())
    assert digest.digest() in content or digest.hexdigest().encode() in content
