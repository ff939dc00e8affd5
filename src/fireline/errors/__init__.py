"""What a failure is: from an exception to one report, told once."""

from fireline.errors import known  # fills the catalogue
from fireline.errors.catalog import KINDS, Kind, kind_named, register
from fireline.errors.describe import describe
from fireline.errors.exceptions import (
    BusinessRuleViolation,
    DatabaseConnectionError,
    ExternalServiceError,
    Failure,
)
from fireline.errors.guard import complain, guarded
from fireline.errors.manager import ErrorManager
from fireline.errors.pipeline import fail, tell
from fireline.errors.reports import Category, ErrorReport, Severity
from fireline.errors.verbs import bind, handle, record, report

__all__ = [
    "KINDS",
    "BusinessRuleViolation",
    "Category",
    "DatabaseConnectionError",
    "ErrorManager",
    "ErrorReport",
    "ExternalServiceError",
    "Failure",
    "Kind",
    "Severity",
    "bind",
    "complain",
    "describe",
    "fail",
    "guarded",
    "handle",
    "kind_named",
    "known",
    "record",
    "register",
    "report",
    "tell",
]
