"""Attempts are counted by all workers of a machine together."""

import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerSecond

from task_service.infrastructure.security.counts import (
    LocalCounts,
)
from task_service.infrastructure.serving import FOLDER_VARIABLE

TWO_AN_HOUR = RateLimitItemPerHour(2)
ONE_A_SECOND = RateLimitItemPerSecond(1)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "workers"
    folder.mkdir()
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    return folder


def hit(counts: LocalCounts, limit: RateLimitItem, key: str) -> bool:
    return counts.full_until(limit, key, hits=True) is None


def test_what_one_counts_the_other_knows(folder: Path) -> None:
    first, second = LocalCounts(), LocalCounts()
    assert hit(first, TWO_AN_HOUR, "ada")
    assert hit(second, TWO_AN_HOUR, "ada")
    assert not hit(first, TWO_AN_HOUR, "ada")
    assert hit(second, TWO_AN_HOUR, "bob")


def test_a_short_limit_forgets_nothing_of_a_long_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = LocalCounts()
    assert [hit(counts, TWO_AN_HOUR, "ada") for _ in range(2)] == [True, True]
    later = time.time() + 60
    monkeypatch.setattr(time, "time", lambda: later)
    hit(counts, ONE_A_SECOND, "bob")
    assert not hit(counts, TWO_AN_HOUR, "ada")


def test_what_can_not_be_written_each_counts_by_itself_until_it_can_be(folder: Path) -> None:
    first, second = LocalCounts(), LocalCounts()
    # As where somebody has cleared it away, or holds a lock on the file.
    shutil.rmtree(folder)
    assert [hit(first, TWO_AN_HOUR, "ada") for _ in range(3)] == [True, True, False]
    assert hit(second, TWO_AN_HOUR, "ada")
    folder.mkdir()
    assert [hit(first, TWO_AN_HOUR, "ada") for _ in range(2)] == [True, True]
    assert not hit(second, TWO_AN_HOUR, "ada")


def test_the_last_place_is_taken_by_who_comes_first(folder: Path) -> None:
    first, second = LocalCounts(), LocalCounts()
    looks = list[str]()

    class Contended(RateLimitItemPerHour):
        """A limit that another worker counts against between a look and a count."""

        def key_for(self, *identifiers: Any) -> str:
            looks.extend(identifiers)
            if len(looks) == 2:
                assert hit(second, RateLimitItemPerHour(1), "ada")
            return super().key_for(*identifiers)

    assert not hit(first, Contended(1), "ada")
