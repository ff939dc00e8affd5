"""The client's use of HTTP."""

from customers.models import Customer
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET
from rest_framework.exceptions import NotAcceptable, Throttled, UnsupportedMediaType
from rest_framework.throttling import SimpleRateThrottle

from failures.failure import Button, Group, Outcome, address, failure


@failure(
    "No such customer",
    group=Group.REQUEST,
    status=404,
    code="NOT_FOUND",
    client="that there is nothing here",
    operator="crm.log: one WARNING with the model that was asked for",
)
def no_such_customer(_request: HttpRequest) -> Outcome:
    return {"customer": get_object_or_404(Customer, pk=0).name}


address(
    "no-such-address",
    "No such address",
    group=Group.REQUEST,
    status=404,
    code="NOT_FOUND",
    client="the same page and the same JSON as for a missing customer",
    operator="crm.log: one WARNING; the list of our routes stays out of it",
    path="/customers/from/last/year/",
    api_path="/api/invoices/",
)


@failure(
    "Another method",
    group=Group.REQUEST,
    status=405,
    code="METHOD_NOT_ALLOWED",
    client="which methods there are, in the header Allow",
    operator="crm.log: one INFO line and the access line",
    button=Button.FORM,
    curl="-X DELETE",
)
def wrong_method(request: HttpRequest) -> Outcome:
    return require_GET(lambda _: {})(request)


@failure(
    "A format that we do not speak",
    group=Group.REQUEST,
    status=406,
    code="NOT_ACCEPTABLE",
    client="that none of the formats it accepts is there",
    operator="crm.log: one INFO line",
    curl="-H 'Accept: text/csv'",
)
def not_acceptable(_request: HttpRequest) -> Outcome:
    raise NotAcceptable


@failure(
    "The same e-mail address twice",
    group=Group.REQUEST,
    status=409,
    code="INTEGRITY_ERROR",
    client="that this conflicts with what is there; nothing of tables or columns",
    operator="crm.log: one WARNING with the constraint that refused the row",
)
def duplicate(_request: HttpRequest) -> Outcome:
    """Straight into the database, past every form."""
    known = Customer.objects.earliest("pk")
    Customer.objects.create(name="The same again", email=known.email)
    return {}


@failure(
    "Too large a body",
    group=Group.REQUEST,
    status=413,
    code="PAYLOAD_TOO_LARGE",
    client="that the request is too large",
    operator="crm.log: one INFO line",
    pipe="head -c 300000 /dev/zero",
    curl="-H 'Content-Type: application/json' --data-binary @-",
)
def too_large(_request: HttpRequest) -> Outcome:
    raise RequestDataTooBig("Request body exceeded settings.DATA_UPLOAD_MAX_MEMORY_SIZE.")


@failure(
    "A media type that we do not read",
    group=Group.REQUEST,
    status=415,
    code="UNSUPPORTED_MEDIA_TYPE",
    client="the type that it sent",
    operator="crm.log: one INFO line",
    curl="-H 'Content-Type: text/csv' -d 'name,email'",
)
def unsupported_type(_request: HttpRequest) -> Outcome:
    raise UnsupportedMediaType("text/csv")


class ReportThrottle(SimpleRateThrottle):
    """Two reports a minute for each address."""

    rate = "2/min"

    def get_cache_key(self, request: HttpRequest, view: object) -> str:
        return f"report-{self.get_ident(request)}"


@failure(
    "Too many requests",
    group=Group.REQUEST,
    status=429,
    code="RATE_LIMITED",
    client="when to try again, in the header Retry-After; in this shape the code is THROTTLED",
    operator="crm.log: one WARNING; security.log: rate_limited",
)
def rate_limited(request: HttpRequest) -> Outcome:
    """As a script would: again and again until it is told to wait."""
    throttle = ReportThrottle()
    while throttle.allow_request(request, None):
        pass
    raise Throttled(throttle.wait())
