"""Checks by dotted path: plain functions, and those of django-health-check."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import lru_cache, partial
from typing import Any, ParamSpec, TypeVar

from django.utils.module_loading import import_string

P = ParamSpec("P")
T = TypeVar("T")


def ask(path: str) -> Any:
    """What the check at this dotted path says; raises as it raises."""
    return function_at(path)()


@lru_cache
def function_at(path: str) -> Callable[[], Any]:
    """
    The function at this dotted path, or one that asks the django-health-check there.

    Raises ImportError, or TypeError where there is neither.
    """
    found = import_string(path)
    check = found() if isinstance(found, type) else found
    if hasattr(check, "get_result"):
        return partial(_result, check)
    if not callable(check):
        raise TypeError(f"{path} is {check!r}. Name a function or a django-health-check.")
    function: Callable[[], Any] = check
    return function


async def _result(check: Any) -> dict[str, str] | None:
    result = await check.get_result(_Here())
    if result.error is not None:
        raise result.error
    return None


class _Here(Executor):
    """An executor that works at once, in the check's own thread, where its connections are closed."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """A future that is done."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future
