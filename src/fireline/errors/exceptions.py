"""Exceptions for a service to raise where it knows what went wrong."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from fireline.errors.reports import NOTHING


class Failure(Exception):  # noqa: N818 (the word of the glossary)
    """
    A failure whose meaning is known; subclass it for kinds of your own.

    `message` and `details` are public where the kind's category shows messages (validation, request,
    business) and go to the log alone elsewhere. `code` is one of the catalogue; with one that nobody
    has registered the failure is told as its class, and that is complained of on `fireline`.
    """

    code: ClassVar[str] = "INTERNAL_ERROR"

    def __init__(
        self,
        message: str = "",
        *,
        code: str | None = None,
        details: Mapping[str, Any] = NOTHING,
        retry_after: float | timedelta | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.kind_code = code or self.code
        self.details = details
        if retry_after is not None and not isinstance(retry_after, timedelta):
            retry_after = timedelta(seconds=retry_after)
        self.retry_after = retry_after


class BusinessRuleViolation(Failure):
    """A rule of the service was broken: 422, the message is shown."""

    code = "BUSINESS_RULE_VIOLATED"


class ExternalServiceError(Failure):
    """A service that ours depends on has failed: 503, `retry_after` (seconds) becomes Retry-After."""

    code = "EXTERNAL_SERVICE_ERROR"


class DatabaseConnectionError(Failure):
    """The database cannot be reached: 503."""

    code = "SERVICE_UNAVAILABLE"
