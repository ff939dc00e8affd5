"""A django-ninja API that fails in every way."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from ninja import NinjaAPI, Schema
from ninja.errors import AuthorizationError, HttpError
from ninja.security import HttpBearer
from ninja.throttling import AnonRateThrottle

from tests.raised import RAISED


class Address(Schema):
    city: str
    lines: list[int] | None = None


class Customer(Schema):
    name: str
    address: Address


class OutOfStock(Exception):
    """The project has a handler for it."""


class Fallback(Exception):
    """The project's handler makes a success of it."""


class Token(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> str | None:
        return "someone" if token == "right" else None


api = NinjaAPI()


@api.exception_handler(OutOfStock)
def out_of_stock(request: HttpRequest, error: OutOfStock) -> HttpResponse:
    response = api.create_response(request, {"sold": "out"}, status=409)
    response["X-Own"] = "kept"
    return response


@api.exception_handler(Fallback)
def fallback(request: HttpRequest, error: Fallback) -> HttpResponse:
    return api.create_response(request, {"served": "from the cache"}, status=200)


@api.get("/works")
def works(request: HttpRequest) -> dict[str, bool]:
    return {"works": True}


@api.post("/customers")
def customers(request: HttpRequest, payload: Customer) -> int:
    return 1


@api.post("/moves")
def moves(request: HttpRequest, before: Address, after: Address) -> int:
    return 1


@api.get("/search")
def search(request: HttpRequest, page: int, size: int = 10) -> int:
    return page


@api.get("/fails/{how}")
def fails(request: HttpRequest, how: str) -> int:
    raise RAISED[how].with_traceback(None)


@api.get("/async/{how}")
async def fails_async(request: HttpRequest, how: str) -> int:
    raise {"bug": KeyError("bug"), "http": HttpError(418, "teapot")}[how]


@api.get("/http/{status}")
def http(request: HttpRequest, status: int) -> int:
    raise HttpError(status, "as the service words it")


@api.get("/missing")
def missing(request: HttpRequest) -> int:
    raise Http404("No Customer matches the given query.")


@api.get("/token", auth=Token())
def token(request: HttpRequest) -> str:
    return "yours"


@api.get("/forbidden")
def forbidden(request: HttpRequest) -> int:
    raise AuthorizationError


@api.get("/throttled", throttle=AnonRateThrottle("1/h"))
def throttled(request: HttpRequest) -> str:
    return "once"


@api.get("/out-of-stock")
def sells(request: HttpRequest) -> int:
    raise OutOfStock


@api.get("/fallback")
def falls_back(request: HttpRequest) -> int:
    raise Fallback


@api.get("/wrong-answer", response=Address)
def wrong_answer(request: HttpRequest) -> dict[str, int]:
    return {"nothing": 1}


urlpatterns = [path("api/", api.urls)]
