"""Database operations that survive a restart of the database: each is done once, or says that it was not."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from asgiref.sync import sync_to_async
from django.db import Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import TransactionManagementError

from fireline.errors.database import is_transient
from fireline.resilience.announced import Outcome
from fireline.resilience.effects import Effects, noting, watch
from fireline.resilience.retrying import Plan, is_async, name_of, run, run_async

P = ParamSpec("P")
T = TypeVar("T")


def retry_db_operation(
    max_retries: int = 3,
    delay: float = 1,
    *,
    idempotent: bool = False,
    using: str | None = None,
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """
    A decorator that tries a database operation again where the database was away for a moment.

    There are `max_retries` attempts in all, with `delay * 2**attempt` seconds and jitter between
    them; then the last error is let through. Only lost connections, locks, deadlocks and shutdowns
    are tried again, and only where nothing of the failed attempt can have stayed: where a commit was
    lost half-way, nobody knows. Say `idempotent=True` of an operation that may run twice. Inside of
    a request the error is raised as soon as the next wait would pass RETRY_BUDGET_SECONDS.

    Raises TransactionManagementError inside of `transaction.atomic`, where a failed transaction
    cannot be saved: decorate the function that opens it. `using` is the only database it works with;
    where it is None, all are looked after.
    """
    if callable(max_retries):
        raise TypeError("Write @retry_db_operation() with parentheses.")
    plan = Plan(name="", on=Error, attempts=max_retries, delay=delay, delay_max=60.0)

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        name = name_of(function)
        if is_async(function):

            @wraps(function)
            async def tried_async(*args: P.args, **kwargs: P.kwargs) -> Any:
                operation = Operation(name, using, is_idempotent=idempotent)

                async def attempt() -> Any:
                    # The connection lives in the thread where Django's async methods call it.
                    await sync_to_async(operation.begin)()
                    with noting(operation.effects):
                        return await cast("Any", function(*args, **kwargs))

                return await run_async(replace(plan, name=name, on=operation.may_repeat), attempt)

            return cast("Callable[P, T]", tried_async)

        @wraps(function)
        def tried(*args: P.args, **kwargs: P.kwargs) -> T:
            operation = Operation(name, using, is_idempotent=idempotent)

            def attempt() -> T:
                operation.begin()
                with noting(operation.effects):
                    return function(*args, **kwargs)

            return run(replace(plan, name=name, on=operation.may_repeat), attempt)

        return tried

    return decorate


class Operation:
    """One call of a decorated function, over its attempts."""

    def __init__(self, name: str, using: str | None, *, is_idempotent: bool) -> None:
        self.name = name
        self.using = using
        self.is_idempotent = is_idempotent
        self.attempts = 0
        self.effects = Effects()

    def begin(self) -> None:
        """Make ready for an attempt, in the thread of its connections."""
        self.attempts += 1
        self.effects = Effects()
        for connection in connections.all() if self.using is None else [connections[self.using]]:
            if connection.in_atomic_block:
                self._refuse_inside_atomic(connection)
            else:
                self._close_broken(connection)
                watch(connection)

    def may_repeat(self, error: Exception) -> bool | Outcome:
        """Whether another attempt could succeed, and do nothing twice."""
        if not isinstance(error, Error) or not is_transient(error):
            return False
        return self.is_idempotent or self.effects.are_undone_by(error) or Outcome.UNSAFE

    def _refuse_inside_atomic(self, connection: BaseDatabaseWrapper) -> None:
        if getattr(connection.atomic_blocks[-1], "_from_testcase", False):
            return  # Django's own exception for `durable`: a TestCase wraps each test in a transaction
        raise TransactionManagementError(
            f"{self.name} is called inside of transaction.atomic() on '{connection.alias}', where one "
            "failed attempt spoils the whole transaction. Put retry_db_operation on the function that "
            "opens the transaction, so that each attempt opens its own (with ATOMIC_REQUESTS: "
            "transaction.non_atomic_requests on the view)."
        )

    def _close_broken(self, connection: BaseDatabaseWrapper) -> None:
        """Close what a restart has left behind; the next statement connects anew."""
        # After a failure none is asked how it is: a server that hangs would not answer.
        if connection.connection is not None and (self.attempts > 1 or not connection.is_usable()):
            with suppress(Error):
                connection.close()
