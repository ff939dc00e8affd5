"""What the project would answer itself, where RESPONSE_FORMAT has Fireline answer."""

from collections.abc import Iterator
from importlib import import_module

from django.conf import settings as django_settings
from django.core.checks import CheckMessage
from django.core.checks import Warning as Advice

from fireline import conf


def findings(settings: conf.Settings) -> Iterator[CheckMessage]:
    """Handlers of the project's own beside a shape."""
    if settings.RESPONSE_FORMAT:
        yield from _error_handlers()
        yield from _csrf_view()
        yield from _drf_handler()


def _error_handlers() -> Iterator[CheckMessage]:
    name = getattr(django_settings, "ROOT_URLCONF", None)  # a service of tasks alone has none
    urlconf = import_module(name) if isinstance(name, str) else name
    for status in (400, 403, 404, 500):
        handler = getattr(urlconf, f"handler{status}", None)
        if handler is not None and "fireline" not in _path_of(handler):
            yield Advice(
                f"{name} has a handler{status} of its own, but RESPONSE_FORMAT is set: Fireline "
                "answers, and what that handler answers is not shown.",
                hint="Remove it. Pages in your own words are templates: "
                f"templates/errors/{status}.html.",
                id="fireline.W007",
            )


def _csrf_view() -> Iterator[CheckMessage]:
    view = _path_of(django_settings.CSRF_FAILURE_VIEW)
    if not view.startswith(("fireline.", "django.")):
        yield Advice(
            f"CSRF_FAILURE_VIEW is '{view}', but RESPONSE_FORMAT is set: Fireline answers, and that "
            "view is not called.",
            hint="Remove one of the two settings.",
            id="fireline.W008",
        )


def _drf_handler() -> Iterator[CheckMessage]:
    handler = (getattr(django_settings, "REST_FRAMEWORK", None) or {}).get("EXCEPTION_HANDLER", "")
    if handler and not _path_of(handler).startswith(("fireline.", "rest_framework.")):
        yield Advice(
            f"REST_FRAMEWORK['EXCEPTION_HANDLER'] is '{_path_of(handler)}', but RESPONSE_FORMAT "
            "is set: Fireline answers, and that handler is not called.",
            hint="Remove one of the two settings.",
            id="fireline.W009",
        )


def _path_of(handler: object) -> str:
    if isinstance(handler, str):
        return handler
    return f"{getattr(handler, '__module__', '')}.{getattr(handler, '__qualname__', '')}"
