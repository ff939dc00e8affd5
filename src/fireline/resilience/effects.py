"""What an attempt may have left in a database, so that none is made twice."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import Error, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from fireline.errors.database import is_contention

_READS = (
    "SELECT",
    "SHOW",
    "EXPLAIN",
    "PRAGMA",
    "SAVEPOINT",
    "RELEASE",
    "ROLLBACK",
    "SET ",
    "BEGIN",
)


class Effects:
    """
    The statements of one attempt that change something, and whether they have stayed.

    A change outside of a transaction stays at once; one inside of it stays when its commit does. A
    connection that is lost during either of them leaves it open. It sees what goes through Django's
    cursors: neither COPY nor stored procedures (`callproc`).
    """

    def __init__(self) -> None:
        self.is_lasting = False
        """Whether a change has stayed, or may have."""
        self.open: list[Callable[[], None]] = []
        """Django's hooks that tell of the commits of changes inside of transactions."""
        self.undone: BaseException | None = None
        """The error of a statement inside of the transaction of all changes so far."""

    def are_undone_by(self, error: Error) -> bool:
        """Whether nothing of the attempt can have stayed that ended with this error."""
        if self.is_lasting:
            return False
        return not self.open or error is self.undone or is_contention(error)

    def run(self, execute: Callable[..., Any], sql: Any, *more: Any) -> Any:
        """The statement, noted."""
        connection: BaseDatabaseWrapper = more[-1]["connection"]
        is_change = not isinstance(sql, str) or not sql.lstrip(" \n\t(").upper().startswith(_READS)
        if is_change and connection.in_atomic_block and not _is_test_case(connection):
            self._await_commit(connection)
        try:
            result = execute(sql, *more)
        except Error as error:
            if connection.in_atomic_block:
                if self._are_all_in_transaction_of(connection):
                    self.undone = error
            elif is_change and not is_contention(error):
                self.is_lasting = True
            raise
        if is_change and not connection.in_atomic_block:
            self.is_lasting = True
        return result

    def _await_commit(self, connection: BaseDatabaseWrapper) -> None:
        def committed() -> None:
            self.is_lasting = True

        self.open.append(committed)
        transaction.on_commit(committed, using=connection.alias)

    def _are_all_in_transaction_of(self, connection: BaseDatabaseWrapper) -> bool:
        waiting = {id(hook) for _, hook, *_ in connection.run_on_commit}
        return all(id(hook) in waiting for hook in self.open)


def _is_test_case(connection: BaseDatabaseWrapper) -> bool:
    """Whether the commit will never come, and a test may count the hooks that wait for it."""
    return getattr(connection.atomic_blocks[0], "_from_testcase", False)


_noted: ContextVar[tuple[Effects, ...]] = ContextVar("fireline_effects", default=())
"""Who wants to know of a statement: the attempt that sends it, and those around it."""


@contextmanager
def noting(effects: Effects) -> Iterator[None]:
    """Let these know of all statements of the block, in whichever thread Django runs them."""
    token = _noted.set((*_noted.get(), effects))
    try:
        yield
    finally:
        _noted.reset(token)


def watch(connection: BaseDatabaseWrapper) -> None:
    """Have the connection's statements noted, from now on."""
    if _note not in connection.execute_wrappers:
        connection.execute_wrappers.append(_note)


def _note(execute: Callable[..., Any], *statement: Any) -> Any:
    for effects in _noted.get():
        execute = _through(effects, execute)
    return execute(*statement)


def _through(effects: Effects, execute: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *statement: effects.run(execute, *statement)
