"""What the exceptions of Django and of the usual HTTP clients mean."""

import logging
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Self

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DatabaseError, Error

from fireline.errors.catalog import KINDS, Description, Kind, kind_named, means
from fireline.errors.database import is_duplicate, is_transient
from fireline.errors.exceptions import Failure

NON_FIELD = "non_field_errors"
"""The name under which errors of no field stand in `details`, as in DRF."""


class Coded(str):
    """A message of a validation error, with the code of what was wrong."""

    __slots__ = ("code",)

    code: str

    def __new__(cls, text: object, code: str | None) -> Self:
        """The text, which knows its code."""
        self = super().__new__(cls, text)
        self.code = code or "invalid"
        return self

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        return str(self), self.code


def validation(error: ValidationError) -> Description:
    """A Django ValidationError: the tree of its messages."""
    if hasattr(error, "error_dict"):
        details = {
            NON_FIELD if name == NON_FIELD_ERRORS else name: _messages(errors)
            for name, errors in error.error_dict.items()
        }
    else:
        details = {NON_FIELD: _messages(error.error_list)}
    return Description(kind=kind_named("VALIDATION_ERROR"), details=details)


def _messages(errors: Iterable[ValidationError]) -> list[Coded]:
    return [Coded(text, error.code) for error in errors for text in error.messages]


def integrity(error: DatabaseError) -> Description:
    """A unique constraint is the client's conflict; any other is our bug."""
    return Description(
        kind=kind_named("INTEGRITY_ERROR" if is_duplicate(error) else "INTERNAL_ERROR")
    )


def operation(error: Error) -> Description:
    """A database that is away for a moment, or a bug such as a missing table."""
    return Description(
        kind=kind_named("SERVICE_UNAVAILABLE" if is_transient(error) else "INTERNAL_ERROR")
    )


def failure(error: Failure) -> Description:
    """What a service said of its own failure."""
    return Description(
        kind=_kind_of(error),
        message=str(error.message) if error.message else None,
        details=error.details,
        retry_after=error.retry_after,
    )


def _kind_of(error: Failure) -> Kind:
    """The kind of its code, or where nobody has registered that the kind of its class."""
    if error.kind_code in KINDS:
        return KINDS[error.kind_code]
    codes = (cls.__dict__.get("code") for cls in type(error).__mro__)
    kind = next(KINDS[code] for code in codes if code in KINDS)
    _complain(error.kind_code, type(error).__name__, kind.code)
    return kind


@lru_cache(maxsize=256)  # once each
def _complain(unknown: str, raised: str, answered: str) -> None:
    logging.getLogger("fireline").error(
        "%s was raised with the code %s, which nobody has registered; it is told as %s. "
        "Where your app starts, call fireline.register(%r).",
        raised,
        unknown,
        answered,
        unknown,
    )


_KNOWN: dict[str, Any] = {
    "django.core.exceptions.ValidationError": validation,
    "django.core.exceptions.BadRequest": "BAD_REQUEST",
    "django.core.exceptions.SuspiciousOperation": "BAD_REQUEST",
    "django.core.exceptions.RequestDataTooBig": "PAYLOAD_TOO_LARGE",
    "django.core.exceptions.PermissionDenied": "PERMISSION_DENIED",
    "django.db.utils.IntegrityError": integrity,
    "django.db.utils.InterfaceError": operation,
    "django.db.utils.OperationalError": operation,
    "django.http.multipartparser.MultiPartParserError": "PARSE_ERROR",
    "django.http.request.UnreadablePostError": "BAD_REQUEST",
    "django.http.response.Http404": "NOT_FOUND",
    "fireline.errors.exceptions.Failure": failure,
    "httpx.NetworkError": "EXTERNAL_SERVICE_ERROR",
    "httpx.ProxyError": "EXTERNAL_SERVICE_ERROR",
    "httpx.RemoteProtocolError": "EXTERNAL_SERVICE_ERROR",
    "httpx.TimeoutException": "EXTERNAL_SERVICE_ERROR",
    "redis.exceptions.ConnectionError": "SERVICE_UNAVAILABLE",
    "redis.exceptions.TimeoutError": "SERVICE_UNAVAILABLE",
    "requests.exceptions.ChunkedEncodingError": "EXTERNAL_SERVICE_ERROR",
    "requests.exceptions.ConnectionError": "EXTERNAL_SERVICE_ERROR",
    "requests.exceptions.ContentDecodingError": "EXTERNAL_SERVICE_ERROR",
    "requests.exceptions.JSONDecodeError": "EXTERNAL_SERVICE_ERROR",
    "requests.exceptions.RetryError": "EXTERNAL_SERVICE_ERROR",
    "requests.exceptions.Timeout": "EXTERNAL_SERVICE_ERROR",
    "urllib3.exceptions.MaxRetryError": "EXTERNAL_SERVICE_ERROR",
    "urllib3.exceptions.NewConnectionError": "EXTERNAL_SERVICE_ERROR",
    "urllib3.exceptions.ProtocolError": "EXTERNAL_SERVICE_ERROR",
    "urllib3.exceptions.ProxyError": "EXTERNAL_SERVICE_ERROR",
    "urllib3.exceptions.SSLError": "EXTERNAL_SERVICE_ERROR",
    "urllib3.exceptions.TimeoutError": "EXTERNAL_SERVICE_ERROR",
}

for _exception, _meaning in _KNOWN.items():
    means(_exception, _meaning)
