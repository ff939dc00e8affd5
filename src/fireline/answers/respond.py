"""From a report to a response."""

import json
import logging
from datetime import timedelta
from math import ceil
from typing import Any, TypeVar

from django.conf import settings as django_settings
from django.core import signals
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.log import log_response

from fireline.answers import pages
from fireline.answers.language import language_of
from fireline.answers.negotiate import shape_for, wants_page
from fireline.answers.shapes import PROBLEM, Shape, bare
from fireline.errors.catalog import Description
from fireline.errors.guard import guarded
from fireline.errors.pipeline import fail
from fireline.errors.reports import ErrorReport


def respond(
    request: HttpRequest,
    exception: BaseException | None,
    description: Description | None = None,
) -> HttpResponse | None:
    """
    The answer to a request that failed, which is now reported.

    None where Django's own answer stands: no RESPONSE_FORMAT, a technical page for a browser in
    DEBUG, or an exception that DEBUG_PROPAGATE_EXCEPTIONS wants to see.
    """
    shape = guarded(shape_for, request)
    if shape is None:
        fail(exception, description=description)
        return None
    with language_of(request):
        report = fail(exception, description=description)
        return None if leaves_to_django(request, report) else answer(request, report, shape)


def leaves_to_django(request: HttpRequest, report: ErrorReport) -> bool:
    """Whether DEBUG or DEBUG_PROPAGATE_EXCEPTIONS takes this failure from us."""
    if report.status >= 500 and django_settings.DEBUG_PROPAGATE_EXCEPTIONS:
        return True
    return django_settings.DEBUG and wants_page(request)


def answer(request: HttpRequest, report: ErrorReport, shape: Shape) -> HttpResponse:
    """The page or the JSON body of this report, with its headers."""
    page = wants_page(request)
    return dressed(pages.page(request, report) if page else json_response(report, shape), report)


def json_response(report: ErrorReport, shape: Shape) -> HttpResponse:
    """The report in this shape; in `problem` where the shape fails (a project's own may)."""
    return (
        guarded(_json, report, shape)
        or guarded(_json, report, PROBLEM)
        or _json(bare(report), PROBLEM)
    )


def _json(report: ErrorReport, shape: Shape) -> HttpResponse:
    # As DRF spells it: compact, in UTF-8; half a surrogate pair, which has no bytes, as a question mark.
    text = json.dumps(
        shape.spell(report), cls=DjangoJSONEncoder, separators=(",", ":"), ensure_ascii=False
    )
    body = text.encode(errors="replace")
    return HttpResponse(body, status=report.status, content_type=shape.content_type)


R = TypeVar("R", bound=HttpResponseBase)


def dressed(response: R, report: ErrorReport) -> R:
    """The response with the headers of an error answer: ids, when to try again, not to be kept."""
    if "Cache-Control" not in response:
        response["Cache-Control"] = "no-store"
    patch_vary_headers(response, ["Accept"])
    if report.retry_after is not None and "Retry-After" not in response:
        response["Retry-After"] = str(seconds(report.retry_after))
    with_ids(response, report)
    return response


def with_ids(response: HttpResponseBase, report: ErrorReport) -> None:
    """Put the ids into the headers."""
    response["X-Error-ID"] = report.error_id
    response["X-Correlation-ID"] = report.correlation_id


def seconds(duration: timedelta) -> int:
    """Whole seconds, rounded up, as Retry-After wants them (RFC 9110, 10.2.3)."""
    return max(0, ceil(duration.total_seconds()))


def swallowed(request: HttpRequest, exception: BaseException, response: Any) -> None:
    """
    Tell Django what it would have told itself, had the exception reached it.

    For a failure of ours the signal `got_request_exception`, on which other instruments live, and
    the line on `django.request`, which mails the admins. To be called while the exception is
    handled: receivers read `sys.exc_info()`.
    """
    if response.status_code < 500:
        return
    signals.got_request_exception.send(sender=None, request=request)
    log_response(
        "%s: %s",
        response.reason_phrase,
        request.path,
        response=response,
        request=request,
        exception=exception,
        logger=logging.getLogger("django.request"),
    )
