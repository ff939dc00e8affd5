"""A function of any kind, watched in every call."""

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractContextManager
from functools import wraps
from inspect import isasyncgenfunction, iscoroutinefunction, isgeneratorfunction
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
Watching = Callable[..., AbstractContextManager[Any, bool]]


def watched(function: F, watch: Watching, instead: Callable[[], Any]) -> F:
    """
    The function with a watch around each call; where the watch ends a failure, `instead` answers.

    A generator is watched while it runs, and what fails ends it. Its watch is no scope, which
    would go on between two items, where others run.
    """
    wrapper: Any
    if isasyncgenfunction(function):
        wrapper = _async_generator(function, watch)
    elif isgeneratorfunction(function):
        wrapper = _generator(function, watch)
    elif iscoroutinefunction(function):
        wrapper = _coroutine(function, watch, instead)
    else:
        wrapper = _plain(function, watch, instead)
    return wraps(function)(wrapper)  # type: ignore[return-value]


def _plain(function: F, watch: Watching, instead: Callable[[], Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        with watch():
            return function(*args, **kwargs)
        return instead()

    return call


def _coroutine(function: F, watch: Watching, instead: Callable[[], Any]) -> Callable[..., Any]:
    async def call(*args: Any, **kwargs: Any) -> Any:
        with watch():
            return await function(*args, **kwargs)
        return instead()

    return call


def _generator(function: F, watch: Watching) -> Callable[..., Any]:
    def generate(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        with watch(is_scope=False):
            return (yield from function(*args, **kwargs))

    return generate


def _async_generator(function: F, watch: Watching) -> Callable[..., Any]:
    async def generate(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        with watch(is_scope=False):
            # Async generators have no `yield from`: what is sent or thrown is passed on by hand.
            inner = function(*args, **kwargs)
            step = inner.asend(None)
            while True:
                try:
                    item = await step
                except StopAsyncIteration:
                    return
                try:
                    step = inner.asend((yield item))
                except GeneratorExit:
                    await inner.aclose()
                    raise
                except BaseException as error:
                    step = inner.athrow(error)

    return generate
