"""Sessions in files: whose they are, and how they end."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from {{ cookiecutter.__package_name }}.config import Settings
from {{ cookiecutter.__package_name }}.infrastructure.security import sessions
from {{ cookiecutter.__package_name }}.infrastructure.settings import (
    ConfigurationError,
)


def begin(folder: Path, timeout: int) -> Any:
    """A session that has been saved; timeout: in minutes."""
    session = sessions.PrivateFileSession(
        storage_path=str(folder), timeout=timeout, clean_freq=None
    )
    session["word"] = "said"
    session.save()
    return session


def test_what_has_expired_is_deleted_with_its_lock(tmp_path: Path) -> None:
    folder = tmp_path / "sessions"
    expired, valid = begin(folder, timeout=-1), begin(folder, timeout=1)
    valid.clean_up()
    names = {path.name for path in folder.iterdir()}
    assert names == {f"session-{valid.id}", f"session-{valid.id}.lock"}
    assert expired.id != valid.id


def test_the_folder_is_for_this_user_only(tmp_path: Path) -> None:
    folder = tmp_path / "sessions"
    begin(folder, timeout=1)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_others_can_write_to_is_not_used(tmp_path: Path) -> None:
    folder = tmp_path / "sessions"
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(ConfigurationError, match="not private to this user"):
        begin(folder, timeout=1)


def test_a_link_to_another_folder_is_not_used(tmp_path: Path) -> None:
    folder = tmp_path / "sessions"
    (tmp_path / "other").mkdir(mode=0o700)
    folder.symlink_to(tmp_path / "other")
    with pytest.raises(ConfigurationError, match="not private to this user"):
        begin(folder, timeout=1)


def folder_of(url: str) -> Path:
    found = sessions.config(Settings(app_env="test", database_url=SecretStr(url)))
    return Path(found["tools.sessions.storage_path"])


def test_each_database_has_a_folder_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        folders.append(folder_of("sqlite:///local.sqlite3"))
    assert folders[0] != folders[1]
    assert folder_of(f"sqlite:///{tmp_path}/one/local.sqlite3") == folders[0]


def test_a_folder_that_is_not_private_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = folder_of("sqlite:///local.sqlite3")
    assert not folder.exists()
    folder.mkdir(mode=0o755)
    with pytest.raises(ConfigurationError, match=f"TMPDIR: {folder} is there, but not"):
        folder_of("sqlite:///local.sqlite3")
