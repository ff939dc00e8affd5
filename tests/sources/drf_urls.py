"""A DRF service that fails in every way."""

import socket
from collections.abc import Iterator

import requests
from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.db import IntegrityError, OperationalError
from django.http import Http404
from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework import authentication, exceptions, generics, permissions, throttling
from rest_framework.decorators import api_view
from rest_framework.renderers import BaseRenderer, BrowsableAPIRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import APISettings
from rest_framework.views import APIView

import fireline
from tests.models import Customer
from tests.sources import serializers


class OutOfStock(exceptions.APIException):
    status_code = 409
    default_detail = "Only two are left"
    default_code = "out_of_stock"


class Teapot(exceptions.APIException):
    status_code = 418
    default_detail = _("I am a teapot")


class Maintenance(exceptions.APIException):
    status_code = 503
    default_detail = "The database at 10.0.0.7 is being moved"


class Broken(exceptions.APIException):
    default_detail = "Disk sda1 of host db-7 is full"


class Unfinished(exceptions.APIException):
    """A detail that DRF's own constructor never sees."""

    status_code = 400

    def __init__(self, detail: object) -> None:
        self.detail = detail


class Unknown(Exception):
    """An exception that neither DRF nor Fireline knows."""


def call_itself() -> None:
    call_itself()


def closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def call_nobody() -> None:
    requests.get(f"http://127.0.0.1:{closed_port()}/", timeout=1)


def clean_customer() -> None:
    Customer(name="x" * 21).full_clean(validate_unique=False)


def look_for_customer() -> None:
    generics.get_object_or_404(Customer, pk=4711)


def find_nothing(text: str) -> None:
    raise Http404(text)


RAISED = {
    "validation": lambda: exceptions.ValidationError({"name": ["Too short"]}, code="min_length"),
    "validation-text": lambda: exceptions.ValidationError("Not like this"),
    "validation-list": lambda: exceptions.ValidationError(["one", "two"]),
    "parse": exceptions.ParseError,
    "unauthenticated": exceptions.NotAuthenticated,
    "authentication": lambda: exceptions.AuthenticationFailed("User bob is inactive"),
    "token": lambda: exceptions.AuthenticationFailed({"detail": "Expired", "code": "not_valid"}),
    "permission": exceptions.PermissionDenied,
    "csrf": lambda: exceptions.PermissionDenied("CSRF Failed: CSRF cookie not set."),
    "not-found": exceptions.NotFound,
    "not-found-text": lambda: exceptions.NotFound("There is no page 7"),
    "not-acceptable": exceptions.NotAcceptable,
    "media-type": lambda: exceptions.UnsupportedMediaType("text/odd"),
    "throttled": lambda: exceptions.Throttled(wait=6.2),
    "throttled-for-ever": exceptions.Throttled,
    "conflict": OutOfStock,
    "conflict-dict": lambda: OutOfStock({"left": 2, "sku": "a-7"}),
    "conflict-list": lambda: OutOfStock(["a-7", "b-9"]),
    "teapot": Teapot,
    "teapot-unfinished": lambda: Unfinished(_("Lazy")),
    "nothing-said": lambda: Unfinished(None),
    "maintenance": Maintenance,
    "broken": Broken,
    "broken-dict": lambda: Broken({"dsn": "postgres://db-7"}),
    "secret": lambda: OutOfStock("Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"),
    "secret-field": lambda: exceptions.ValidationError(
        {"url": ["https://bob:hunter2@example.com/ is not allowed"]}, code="forbidden"
    ),
    "secret-key": lambda: OutOfStock({"api_key": "hunter2", "sku": "a-7"}),
    "business-secret": lambda: fireline.BusinessRuleViolation(
        "Refused: https://u:hunter2@bank.example/", details={"password": "hunter2"}
    ),
    "business-list": lambda: fireline.BusinessRuleViolation("Paid already", details=["a", "b"]),
    "django-validation": lambda: ValidationError(
        {"name": ValidationError("Too short", code="min_length"), "__all__": ["Odd pair"]}
    ),
    "django-validation-text": lambda: ValidationError("Not like this"),
    "django-404": lambda: Http404("No Customer matches the given query."),
    "django-permission": PermissionDenied,
    "too-big": lambda: RequestDataTooBig("too big"),
    "duplicate": lambda: IntegrityError("UNIQUE constraint failed: customer.name"),
    "integrity": lambda: IntegrityError("NOT NULL constraint failed: customer.name"),
    "database-away": lambda: OperationalError("database is locked"),
    "database-bug": lambda: OperationalError("no such table: customer"),
    "business": lambda: fireline.BusinessRuleViolation("Paid already", details={"order": 7}),
    "external": lambda: fireline.ExternalServiceError("they said 500", retry_after=30),
    "unknown": lambda: Unknown("odd"),
    "bug": lambda: ValueError("password=hunter2"),
    "type-error": lambda: TypeError("too few arguments"),
}


def made(how: str) -> Exception:
    return RAISED[how]()


class Open(APIView):
    authentication_classes = ()


class Fails(Open):
    def get(self, request: Request, how: str) -> Response:
        raise made(how)

    def post(self, request: Request, how: str) -> Response:
        """After a row was written."""
        Customer.objects.create(name=how)
        raise made(how)


class Works(Open):
    def get(self, request: Request) -> Response:
        return Response({"works": True})

    def post(self, request: Request) -> Response:
        return Response({"read": len(request.data)})


class Calls(Open):
    """Fails of what it calls, not of what it raises."""

    calls = {  # noqa: RUF012
        "nobody": call_nobody,
        "full-clean": clean_customer,
        "customer": look_for_customer,
        "empty-404": lambda: find_nothing(""),
        "itself": call_itself,
    }

    def get(self, request: Request, what: str) -> Response:
        self.calls[what]()
        return Response()


class Body(Open):
    def post(self, request: Request) -> Response:
        return Response(len(request.body))


class Customers(generics.ListCreateAPIView):
    queryset = Customer.objects.order_by("pk")
    serializer_class = serializers.CustomerSerializer
    authentication_classes = ()


class OneCustomer(generics.RetrieveUpdateAPIView):
    queryset = Customer.objects.all()
    serializer_class = serializers.CustomerSerializer
    authentication_classes = ()


class Unchecked(Open):
    """Writes without asking a serializer first."""

    def post(self, request: Request) -> Response:
        Customer.objects.create(name=request.data["name"])
        return Response(status=201)


class Validates(Open):
    """The serializer of this name, over the request's data."""

    def post(self, request: Request, name: str) -> Response:
        serializer = serializers.NAMED[name](data=request.data)
        serializer.is_valid(raise_exception=True)
        return Response(serializer.data)


class BySession(APIView):
    authentication_classes = (authentication.SessionAuthentication,)
    permission_classes = (permissions.IsAuthenticated,)

    def get(self, request: Request) -> Response:
        return Response("in")

    post = get


class ByPassword(BySession):
    authentication_classes = (authentication.BasicAuthentication,)


class Slow(throttling.SimpleRateThrottle):
    rate = "1/hour"
    scope = "slow"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        return "slow"


class Throttled(Open):
    throttle_classes = (Slow,)

    def get(self, request: Request) -> Response:
        return Response("slowly")


class TextRenderer(BaseRenderer):
    """A project's own renderer."""

    media_type = "text/plain"
    format = "txt"

    def render(self, data, accepted_media_type=None, renderer_context=None):
        return "; ".join(f"{key}={value}" for key, value in data.items()).encode()


class VersionedRenderer(JSONRenderer):
    media_type = "application/vnd.crm.v2+json"
    format = "v2"


class Rendered(Fails):
    renderer_classes = (TextRenderer, VersionedRenderer)


class Browsable(Fails):
    renderer_classes = (BrowsableAPIRenderer, JSONRenderer)


def own_handler(exception, context):
    """A project's handler: it knows an exception of its own, and spells everything its way."""
    match exception:
        case Unknown():
            return Response({"own": "unknown"}, status=409)
        case LookupError():
            raise RuntimeError("the handler is broken too")
        case ValueError():
            return None
    return Response({"own": True}, status=400)


class OwnHandler(Fails):
    """Chooses its handler by DRF's hook."""

    def get_exception_handler(self):
        return own_handler


class OwnSettings(Fails):
    """Chooses its handler by settings of its own."""

    settings = APISettings({"EXCEPTION_HANDLER": "tests.sources.drf_urls.own_handler"})


class BrokenHandler(OwnHandler):
    def get(self, request: Request) -> Response:
        return {}["missing"]


class Later:
    """What an `async def` returns, without Python's warning that nobody has awaited it."""

    def __await__(self) -> Iterator[None]:
        yield


class Asynchronous(Open):
    """DRF has no async views: what this one returns is no response."""

    def get(self, request: Request) -> Later:
        return Later()


@api_view(["GET"])
def function(request: Request) -> Response:
    raise exceptions.NotFound("No such function")


urlpatterns = [
    path("works/", Works.as_view()),
    path("fails/<str:how>/", Fails.as_view()),
    path("calls/<str:what>/", Calls.as_view()),
    path("body/", Body.as_view()),
    path("customers/", Customers.as_view()),
    path("customers/<int:pk>/", OneCustomer.as_view()),
    path("unchecked/", Unchecked.as_view()),
    path("validates/<str:name>/", Validates.as_view()),
    path("session/", BySession.as_view()),
    path("password/", ByPassword.as_view()),
    path("throttled/", Throttled.as_view()),
    path("rendered/<str:how>/", Rendered.as_view()),
    path("browsable/<str:how>/", Browsable.as_view()),
    path("own-handler/<str:how>/", OwnHandler.as_view()),
    path("own-settings/<str:how>/", OwnSettings.as_view()),
    path("broken-handler/", BrokenHandler.as_view()),
    path("async/", Asynchronous.as_view()),
    path("function/", function),
]
