"""
Calls that may fail: tried again where that is safe, and left alone where it is useless.

What needs a library that is not there (stamina for retries, requests for the session) says so when
it is asked for; a breaker needs none.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from fireline.resilience.breaker import CircuitBreaker, CircuitOpen, State

if TYPE_CHECKING:
    from fireline.resilience.database import retry_db_operation
    from fireline.resilience.retrying import retry
    from fireline.resilience.session import create_robust_session

__all__ = [
    "CircuitBreaker",
    "CircuitOpen",
    "State",
    "create_robust_session",
    "retry",
    "retry_db_operation",
]

_HOMES = {
    "create_robust_session": ("fireline.resilience.session", "http"),
    "retry": ("fireline.resilience.retrying", "retries"),
    "retry_db_operation": ("fireline.resilience.database", "retries"),
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, extra = _HOMES[name]
    try:
        return getattr(import_module(module), name)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("fireline"):
            raise
        raise ImportError(
            f"{name} needs {error.name}: pip install 'django-fireline[{extra}]'."
        ) from error
