"""
One package for a Django service's errors, logs and monitoring.

Each failure is described once, and everyone gets their answer under one id.
"""

from fireline.errors import (
    BusinessRuleViolation,
    Category,
    DatabaseConnectionError,
    ErrorManager,
    ErrorReport,
    ExternalServiceError,
    Severity,
    bind,
    handle,
    record,
    register,
    report,
)

ErrorSeverity = Severity
"""Another name of Severity, for code written against it."""

__version__ = "0.1.0"

__all__ = [
    "BusinessRuleViolation",
    "Category",
    "DatabaseConnectionError",
    "ErrorManager",
    "ErrorReport",
    "ErrorSeverity",
    "ExternalServiceError",
    "Severity",
    "bind",
    "handle",
    "record",
    "register",
    "report",
]
