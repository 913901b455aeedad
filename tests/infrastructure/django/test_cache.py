"""Django's cache is in Redis, where there is one."""

import sys
import time
from importlib import import_module

import pytest
from django.core.cache import cache
from django.views.debug import SafeExceptionReporterFilter
from pytest_django import Settings
from redis.exceptions import TimeoutError as NoAnswer
from redis_server import RedisServer


@pytest.fixture(autouse=True)
def _in_redis(redis: RedisServer, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", redis.url.replace("//", "//default:hunter2@"))
    monkeypatch.delitem(sys.modules, settings.SETTINGS_MODULE)
    settings.CACHES = import_module(settings.SETTINGS_MODULE).CACHES


def test_it_keeps_what_it_is_given_and_no_page_shows_its_password() -> None:
    cache.set("key", "value")
    assert cache.get("key") == "value"
    shown = str(SafeExceptionReporterFilter().get_safe_settings()["CACHES"])
    assert "password" in shown
    assert "hunter2" not in shown


def test_a_redis_that_hangs_is_not_waited_for_for_long(redis: RedisServer) -> None:
    started = time.monotonic()
    with redis.paused(), pytest.raises(NoAnswer):
        cache.get("key")
    assert time.monotonic() - started < 3
