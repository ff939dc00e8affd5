"""What a database error means: lost for a moment, a duplicate, or a bug of ours."""

from django.db import DatabaseError, Error

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_TRANSIENT_STATES = (
    *("08", "57P01", "57P02", "57P03", "57P05"),
    *("53300", "40001", "40P01", "55P03"),
)
# https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html and client-error-reference
_TRANSIENT_NUMBERS = frozenset(
    {1040, 1053, 1203, 1205, 1213, 1927, 2002, 2003, 2005, 2006, 2013, 3572, 4031}
)
# Texts of the drivers where they give no state: a lost or refused connection has none yet.
_NO_CONNECTION = ("connection to server", "connection failed", "connection is bad")
"""How libpq begins whatever kept it from connecting."""
_TRANSIENT_TEXTS = (
    "database is locked",
    "database table is locked",
    "connection refused",
    "connection timeout",
    "could not connect",
    "connection is closed",
    "connection is lost",
    "connection already closed",
    "connection not open",
    "connection timed out",
    "server closed the connection",
    "terminating connection",
    "couldn't get a connection",
    "the database system is",
    "too many connections",
    "too many clients",
    "server has gone away",
    "lost connection",
    "connection reset by peer",
    "could not translate host name",
    "failed to resolve host",
    "name resolution",
    "network is unreachable",
    "no route to host",
    "remaining connection slots are reserved",
    "ssl connection has been closed unexpectedly",
    "ssl syscall error",
    "timeout expired",
)
# Serialization failure, deadlock, lock not available: the transaction, or the statement, was undone.
_CONTENTION_STATES = ("40001", "40P01", "55P03")
_CONTENTION_NUMBERS = frozenset({1205, 1213, 3572})
_DUPLICATE_TEXTS = ("unique constraint failed", "duplicate key value", "duplicate entry")


def is_transient(error: Error) -> bool:
    """Whether the same statement may succeed a moment later: connection, lock, deadlock, shutdown."""
    if state := _state_of(error):
        return state.startswith(_TRANSIENT_STATES)
    if _number_of(error) in _TRANSIENT_NUMBERS:
        return True
    text = str(error).lower()
    return text.startswith(_NO_CONNECTION) or any(known in text for known in _TRANSIENT_TEXTS)


def is_contention(error: Error) -> bool:
    """Whether others were in the way, and the database says itself that it has done nothing."""
    if state := _state_of(error):
        return state in _CONTENTION_STATES
    if _number_of(error) in _CONTENTION_NUMBERS:
        return True
    return "locked" in str(error).lower()


def is_duplicate(error: DatabaseError) -> bool:
    """Whether a unique constraint refused the row."""
    if state := _state_of(error):
        return state == "23505"
    if _number_of(error) == 1062:
        return True
    text = str(error).lower()
    return any(known in text for known in _DUPLICATE_TEXTS)


def _state_of(error: BaseException) -> str | None:
    """The SQLSTATE that psycopg 3 or 2 put on the error that Django wraps."""
    cause = error.__cause__
    return getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None)


def _number_of(error: BaseException) -> int | None:
    """The number that MySQL's drivers put first."""
    number = error.args[0] if error.args else None
    return number if isinstance(number, int) else None
