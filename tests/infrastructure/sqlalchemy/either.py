"""The same tests for what is asynchronous in some templates, and not in others."""

import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any


async def settled(value: Any) -> Any:
    """What a call has given, once it is there."""
    return await value if inspect.isawaitable(value) else value


@asynccontextmanager
async def entered(context: Any) -> AsyncIterator[Any]:
    """What a context gives, of either kind."""
    if hasattr(context, "__aenter__"):
        async with context as value:
            yield value
    else:
        with context as value:
            yield value


def suited(function: Callable[..., None], like: Callable[..., Any]) -> Callable[..., Any]:
    """A function, made asynchronous where the one that it is like is."""
    if not inspect.iscoroutinefunction(like):
        return function

    async def asynchronous(*arguments: Any, **named: Any) -> None:
        function(*arguments, **named)

    asynchronous.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
    return asynchronous
