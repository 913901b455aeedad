"""Tests that are coroutines, and the Redis of those that need one."""

import asyncio
import inspect

import pytest
from redis_server import redis as redis

PATIENCE_SECONDS = 30


def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a test that is a coroutine; pytest itself runs the others."""
    test = pyfuncitem.obj
    if not inspect.iscoroutinefunction(test):
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in inspect.signature(test).parameters}

    async def run() -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await test(**arguments)

    asyncio.run(run())
    return True
