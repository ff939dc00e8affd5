"""Whether the middlewares are there, once and in order."""

from collections.abc import Iterator

from django.conf import settings as django_settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Advice

FIRST = "fireline.middleware.FirelineMiddleware"
LAST = "fireline.middleware.ErrorHandlingMiddleware"
SINGLE = (
    "fireline.middleware.RequestLoggingMiddleware",
    "fireline.middleware.MetricsMiddleware",
    "fireline.middleware.SecurityMiddleware",
)


def findings() -> Iterator[CheckMessage]:
    """What is missing, misplaced or there twice."""
    installed = list(django_settings.MIDDLEWARE)
    yield from _first(installed)
    yield from _last(installed)
    for name in (FIRST, LAST, *SINGLE):
        if (times := installed.count(name)) > 1:
            yield Error(
                f"'{name}' is in MIDDLEWARE {times} times.",
                hint="Leave one of them in MIDDLEWARE.",
                id="fireline.E010",
            )


def _first(installed: list[str]) -> Iterator[CheckMessage]:
    singles = [name for name in SINGLE if name in installed]
    if FIRST not in installed and not singles:
        signed = "views and their failures" if LAST in installed else "Fireline itself"
        yield Advice(
            "FirelineMiddleware is not in MIDDLEWARE: requests have no access line and are not "
            "counted, paths that scanners try are not seen, probes are not answered, and only "
            f"answers of {signed} carry ids.",
            hint=f"Put '{FIRST}' first in MIDDLEWARE.",
            id="fireline.W001",
        )
    elif FIRST in installed and installed[0] != FIRST:
        yield Advice(
            f"'{installed[0]}' stands before FirelineMiddleware: what it answers itself has no "
            "ids and no access line.",
            hint=f"Put '{FIRST}' first in MIDDLEWARE.",
            id="fireline.W002",
        )
    if FIRST in installed and singles:
        yield Advice(
            f"FirelineMiddleware does the work of {', '.join(singles)} already.",
            hint="Take them out of MIDDLEWARE.",
            id="fireline.W003",
        )


def _last(installed: list[str]) -> Iterator[CheckMessage]:
    if LAST not in installed:
        yield Advice(
            "ErrorHandlingMiddleware is not in MIDDLEWARE: an exception that another middleware "
            "swallows is not reported, what a service raises on purpose (a broken rule, 422) is "
            "an uncaught exception for Django, and errors without a body, such as Django's 405, "
            "are not answered in RESPONSE_FORMAT.",
            hint=f"Put '{LAST}' last in MIDDLEWARE.",
            id="fireline.W004",
        )
    elif installed[-1] != LAST:
        yield Advice(
            f"'{installed[-1]}' stands behind ErrorHandlingMiddleware and may swallow exceptions "
            "before they are reported.",
            hint=f"Put '{LAST}' last in MIDDLEWARE.",
            id="fireline.W005",
        )
