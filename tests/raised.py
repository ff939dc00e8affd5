"""Exceptions of every kind, for views to raise."""

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    SuspiciousOperation,
    ValidationError,
)
from django.db import IntegrityError, OperationalError
from django.http import Http404

import fireline


class Mute(Exception):
    """An exception that cannot even be shown."""

    __slots__ = ()

    def __str__(self) -> str:
        raise RuntimeError("no words")

    __repr__ = __str__


RAISED: dict[str, Exception] = {
    "validation": ValidationError(
        {"email": ValidationError("Enter a valid email", code="invalid")}
    ),
    "validation-text": ValidationError("Too many customers", code="limit"),
    "bad-request": BadRequest("what is this"),
    "suspicious": SuspiciousOperation("odd"),
    "permission": PermissionDenied("not yours"),
    "not-found": Http404("No Customer matches the given query."),
    "duplicate": IntegrityError("UNIQUE constraint failed: customer.email"),
    "integrity": IntegrityError("NOT NULL constraint failed: customer.name"),
    "database-away": OperationalError("database is locked"),
    "database-bug": OperationalError("no such table: customer"),
    "business": fireline.BusinessRuleViolation("The order is paid already", details={"order": 7}),
    "external": fireline.ExternalServiceError("upstream said 500", retry_after=30),
    "database": fireline.DatabaseConnectionError("no route to host"),
    "mute": Mute(),
}
