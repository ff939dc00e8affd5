"""
The middlewares. Two are all that a service needs: one first, one last.

    MIDDLEWARE = [
        "fireline.middleware.FirelineMiddleware",
        ...,
        "fireline.middleware.ErrorHandlingMiddleware",
    ]

The single ones are for those who want one duty; in this order, in place of the first:
RequestLoggingMiddleware, MetricsMiddleware, SecurityMiddleware.
"""

from fireline.middleware.errors import ErrorHandlingMiddleware
from fireline.middleware.fireline import FirelineMiddleware
from fireline.middleware.metrics import MetricsMiddleware
from fireline.middleware.request_logging import RequestLoggingMiddleware
from fireline.middleware.security import SecurityMiddleware

__all__ = [
    "ErrorHandlingMiddleware",
    "FirelineMiddleware",
    "MetricsMiddleware",
    "RequestLoggingMiddleware",
    "SecurityMiddleware",
]
