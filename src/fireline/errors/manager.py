"""The class form of `report`, for services that pass a manager around."""

from collections.abc import Mapping
from typing import Any, TypedDict

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fireline.errors.reports import Severity
from fireline.errors.verbs import report
from fireline.scrub import scrubbed_text

_MESSAGES: dict[Severity, str | Promise] = {
    Severity.LOW: _("Something did not work. Please check what you entered and try again."),
    Severity.MEDIUM: _("This could not be done. Please try again."),
    Severity.HIGH: _("Something went wrong on our side. Please try again later."),
    Severity.CRITICAL: _("The service is in trouble. We are working on it."),
}


class Handled(TypedDict):
    """What `ErrorManager.handle_error` returns."""

    error_id: str
    message: str
    severity: str
    timestamp: str


class ErrorManager:
    """Reports failures, and says of each what a caller can show."""

    def handle_error(
        self,
        error: BaseException | str,
        severity: Severity | str = Severity.MEDIUM,
        context: Mapping[str, Any] | None = None,
        user_message: str | None = None,
    ) -> Handled:
        """
        The failure's id, a message to show, its severity and its time (ISO 8601, UTC, with Z).

        It is logged at the level of its severity, counted and told, as `fireline.report` does.
        The message is `user_message`, or a general one for the severity.
        """
        told = report(error, severity=severity, message=user_message, context=context)
        return Handled(
            error_id=told.error_id,
            message=scrubbed_text(user_message) if user_message else str(_MESSAGES[told.severity]),
            severity=told.severity.value,
            timestamp=told.timestamp.isoformat().replace("+00:00", "Z"),
        )
