"""Checks by dotted path: plain functions, and those of django-health-check."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import lru_cache, partial
from threading import Thread
from typing import Any, ParamSpec, TypeVar

from django.utils.module_loading import import_string

from fireline.connections import close_connections

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


async def _result(check: Any) -> None:
    result = await check.get_result(_Aside())
    if result.error is not None:
        raise result.error


class _Aside(Executor):
    """An executor whose threads close their connections, and hold up no process that ends."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """The work, begun in a thread of its own."""
        future: Future[T] = Future()

        def work() -> None:
            try:
                result = fn(*args, **kwargs)
            except BaseException as error:
                close_connections()
                future.set_exception(error)
            else:
                close_connections()
                future.set_result(result)

        Thread(target=work, name="fireline-plugin", daemon=True).start()
        return future
