"""Whose fault it is when a batch cannot be stored: the database's, the batch's, or one entry's."""

from enum import Enum, auto

from django.db import DataError, IntegrityError, OperationalError, ProgrammingError
from django.db import Error as DatabaseError


class Fault(Enum):
    """What is to be done about an error."""

    DATABASE = auto()
    """It cannot be used now: later, with the same entries."""
    SIZE = auto()
    """It was too much at once: again, with fewer."""
    ENTRY = auto()
    """One of them holds what nobody can store: found by halving, and set aside."""


_LOCKS = frozenset({"40001", "40P01", "55P03"})
"""SQLSTATE: serialization failure, deadlock, no lock in time."""
_SCHEMA = frozenset({"42P01", "42703", "42501"})
"""No such table, no such column, no permission."""
_TIMEOUT = "57014"


def fault_of(error: BaseException) -> Fault:
    """Whose fault this error is."""
    state = _state(error)
    if not isinstance(error, DatabaseError) or isinstance(error, DataError | IntegrityError):
        return Fault.ENTRY
    if state == _TIMEOUT:
        return Fault.SIZE
    if state.startswith("54") or (isinstance(error, ProgrammingError) and state not in _SCHEMA):
        return Fault.ENTRY
    return Fault.DATABASE


def is_lock(error: OperationalError) -> bool:
    """Whether another digester was in the way, and the same can be done again at once."""
    return _state(error) in _LOCKS or "database is locked" in str(error)


def _state(error: BaseException) -> str:
    """PostgreSQL's SQLSTATE; empty where there is none."""
    return getattr(error.__cause__, "sqlstate", None) or ""
