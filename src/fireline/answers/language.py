"""In which language an answer is given."""

from contextlib import AbstractContextManager, nullcontext

from django.conf import settings as django_settings
from django.http import HttpRequest
from django.utils.translation import get_language_from_request, override


def language_of(request: HttpRequest) -> AbstractContextManager[None]:
    """
    The client's language, where LocaleMiddleware was not reached to choose it.

    The thread still speaks that of the client before. A project without LocaleMiddleware speaks one
    language, or chooses it in a way of its own.
    """
    if hasattr(request, "LANGUAGE_CODE") or not _chooses_by_request():
        return nullcontext()
    return override(get_language_from_request(request))


def _chooses_by_request() -> bool:
    return any(name.endswith("LocaleMiddleware") for name in django_settings.MIDDLEWARE)
