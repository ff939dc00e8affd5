import re

import httpx
import pytest
import requests
import urllib3
from django.core.exceptions import (
    BadRequest,
    DisallowedHost,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousFileOperation,
    TooManyFieldsSent,
    ValidationError,
)
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import Http404, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.urls import Resolver404

from fireline import BusinessRuleViolation, Category, Severity, register
from fireline.errors import KINDS, describe
from fireline.errors.dotted import is_one_of

CONTRACT = {
    "VALIDATION_ERROR": (400, "validation", "low"),
    "PARSE_ERROR": (400, "validation", "low"),
    "BAD_REQUEST": (400, "validation", "low"),
    "UNAUTHENTICATED": (401, "authentication", "medium"),
    "AUTHENTICATION_FAILED": (401, "authentication", "medium"),
    "PERMISSION_DENIED": (403, "authentication", "medium"),
    "CSRF_FAILED": (403, "authentication", "medium"),
    "NOT_FOUND": (404, "request", "medium"),
    "METHOD_NOT_ALLOWED": (405, "request", "low"),
    "NOT_ACCEPTABLE": (406, "request", "low"),
    "INTEGRITY_ERROR": (409, "request", "medium"),
    "PAYLOAD_TOO_LARGE": (413, "request", "low"),
    "UNSUPPORTED_MEDIA_TYPE": (415, "request", "low"),
    "BUSINESS_RULE_VIOLATED": (422, "business", "low"),
    "RATE_LIMITED": (429, "request", "medium"),
    "MALFORMED_MESSAGE": (400, "validation", "low"),
    "EXTERNAL_SERVICE_ERROR": (503, "external", "high"),
    "SERVICE_UNAVAILABLE": (503, "external", "high"),
    "INTERNAL_ERROR": (500, "system", "high"),
}


@pytest.mark.parametrize("code", CONTRACT)
def test_code_means_what_the_contract_says(code):
    """Each code has its status, its category and its severity."""
    kind = KINDS[code]

    assert (kind.status, kind.category.value, kind.severity.value) == CONTRACT[code]


def wrapped(error, cause):
    """A database error as Django raises it: around the driver's own."""
    error.__cause__ = cause
    return error


class DriverError(Exception):
    def __init__(self, **attributes):
        super().__init__("said by a driver")
        self.__dict__.update(attributes)


@pytest.mark.parametrize(
    ("exception", "code"),
    [
        pytest.param(ValidationError("no"), "VALIDATION_ERROR", id="django-validation"),
        pytest.param(Http404(), "NOT_FOUND", id="django-404"),
        pytest.param(Resolver404({}), "NOT_FOUND", id="no-route"),
        pytest.param(PermissionDenied(), "PERMISSION_DENIED", id="permission"),
        pytest.param(BadRequest(), "BAD_REQUEST", id="bad-request"),
        pytest.param(SuspiciousFileOperation(), "BAD_REQUEST", id="suspicious-subclass"),
        pytest.param(DisallowedHost(), "BAD_REQUEST", id="host"),
        pytest.param(TooManyFieldsSent(), "BAD_REQUEST", id="too-many-fields"),
        pytest.param(RequestDataTooBig(), "PAYLOAD_TOO_LARGE", id="too-large"),
        pytest.param(MultiPartParserError(), "PARSE_ERROR", id="multipart"),
        pytest.param(UnreadablePostError(), "BAD_REQUEST", id="client-left-while-sending"),
        pytest.param(IntegrityError("UNIQUE constraint failed: a.b"), "INTEGRITY_ERROR", id="sqlite-unique"),
        pytest.param(IntegrityError(1062, "Duplicate entry"), "INTEGRITY_ERROR", id="mysql-unique"),
        pytest.param(wrapped(IntegrityError("x"), DriverError(sqlstate="23505")), "INTEGRITY_ERROR", id="postgres-unique"),
        pytest.param(wrapped(IntegrityError("duplicate key value"), DriverError(sqlstate="23503")), "INTERNAL_ERROR", id="postgres-foreign-key"),
        pytest.param(IntegrityError("NOT NULL constraint failed: a.b"), "INTERNAL_ERROR", id="sqlite-not-null"),
        pytest.param(OperationalError("database is locked"), "SERVICE_UNAVAILABLE", id="sqlite-locked"),
        pytest.param(OperationalError("no such table: a"), "INTERNAL_ERROR", id="sqlite-no-table"),
        pytest.param(wrapped(OperationalError("x"), DriverError(sqlstate="40P01")), "SERVICE_UNAVAILABLE", id="postgres-deadlock"),
        pytest.param(wrapped(OperationalError("x"), DriverError(pgcode="57P01")), "SERVICE_UNAVAILABLE", id="psycopg2-shutdown"),
        pytest.param(wrapped(OperationalError("x"), DriverError(sqlstate="57P05")), "SERVICE_UNAVAILABLE", id="postgres-idle-too-long"),
        pytest.param(wrapped(OperationalError("connection refused"), DriverError(sqlstate="42P01")), "INTERNAL_ERROR", id="state-before-text"),
        pytest.param(OperationalError("connection failed: Connection refused"), "SERVICE_UNAVAILABLE", id="postgres-refused"),
        pytest.param(OperationalError(2006, "Server has gone away"), "SERVICE_UNAVAILABLE", id="mysql-gone"),
        pytest.param(InterfaceError("connection already closed"), "SERVICE_UNAVAILABLE", id="closed"),
        pytest.param(requests.ConnectionError(), "EXTERNAL_SERVICE_ERROR", id="requests-connection"),
        pytest.param(requests.ReadTimeout(), "EXTERNAL_SERVICE_ERROR", id="requests-timeout"),
        pytest.param(requests.TooManyRedirects(), "INTERNAL_ERROR", id="requests-other"),
        pytest.param(urllib3.exceptions.ReadTimeoutError(None, "/", "x"), "EXTERNAL_SERVICE_ERROR", id="urllib3-timeout"),
        pytest.param(urllib3.exceptions.NewConnectionError(None, "x"), "EXTERNAL_SERVICE_ERROR", id="urllib3-connection"),
        pytest.param(urllib3.exceptions.ProxyError("x", OSError()), "EXTERNAL_SERVICE_ERROR", id="urllib3-proxy"),
        pytest.param(urllib3.exceptions.SSLError("x"), "EXTERNAL_SERVICE_ERROR", id="urllib3-tls"),
        pytest.param(httpx.ProxyError("x"), "EXTERNAL_SERVICE_ERROR", id="httpx-proxy"),
        pytest.param(httpx.ConnectError("x"), "EXTERNAL_SERVICE_ERROR", id="httpx-connection"),
        pytest.param(httpx.ReadTimeout("x"), "EXTERNAL_SERVICE_ERROR", id="httpx-timeout"),
        pytest.param(httpx.InvalidURL("x"), "INTERNAL_ERROR", id="httpx-other"),
        pytest.param(ValueError(), "INTERNAL_ERROR", id="bug"),
    ],
)  # fmt: skip
def test_exception_means_its_code_without_configuration(exception, code):
    """The exceptions of Django, of databases and of HTTP clients are known."""
    assert describe(exception).code == code


@pytest.fixture
def own_kind(catalogue):
    """A kind that a project registers."""

    class SoldOut(Exception):
        pass

    kind = register(
        "SOLD_OUT", category="business", status=409, message="Sold out", exceptions=[SoldOut]
    )
    return SoldOut, kind


def test_project_registers_a_kind_for_its_exceptions(own_kind):
    """A registered code is what its exceptions and their subclasses mean."""
    sold_out, kind = own_kind
    last_one = type("LastOne", (sold_out,), {})

    report = describe(last_one())

    assert (report.code, report.status, report.category) == ("SOLD_OUT", 409, Category.BUSINESS)
    assert report.severity is Severity.LOW
    assert kind.message == "Sold out"


def test_kind_must_have_the_status_of_an_error():
    """A wrong status is refused with a way out."""
    with pytest.raises(
        ValueError, match=re.escape("FINE has the status 200. Give it one from 400 to 599.")
    ):
        register("FINE", status=200)


@pytest.mark.parametrize("code", ["sold out", "sold_out", "", "4EVER", "SOLD-OUT"])
def test_code_is_spelled_as_codes_are(code):
    """Front ends make constants of them."""
    with pytest.raises(ValueError, match=re.escape(f"{code!r} is no code. Write it in capitals")):
        register(code)


def test_codes_of_fireline_are_not_replaced():
    """Every front end relies on what NOT_FOUND means; its spelling is a setting."""
    with pytest.raises(ValueError, match="NOT_FOUND is a code of Fireline's own.*CODE_NAMES"):
        register("NOT_FOUND", status=410)

    assert KINDS["NOT_FOUND"].status == 404


@pytest.mark.parametrize("wrong", [int, 7, None])
def test_only_exceptions_mean_a_code(wrong):
    """Anything else is refused, and nothing of the code is kept."""
    with pytest.raises(TypeError, match="is no exception. Give exception classes, or dotted paths"):
        register("SOLD_OUT", exceptions=[wrong])

    assert "SOLD_OUT" not in KINDS


def test_unknown_category_is_refused_with_those_there_are():
    """The message names them."""
    with pytest.raises(ValueError, match="'buisness' is no category. Take one of validation, auth"):
        register("SOLD_OUT", category="buisness")


@pytest.mark.parametrize(
    ("path", "exception"),
    [
        pytest.param("tests.errors.test_catalog.DriverError", DriverError(), id="where-it-is-defined"),
        pytest.param("fireline.BusinessRuleViolation", BusinessRuleViolation(), id="where-all-import-it"),
        pytest.param("django.http.Http404", Http404(), id="known-by-another-path"),
        pytest.param("RecursionError", RecursionError(), id="python"),
        pytest.param("builtins.RecursionError", RecursionError(), id="python-with-module"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("catalogue")
def test_exception_is_known_by_every_path_it_has(path, exception):
    """Who writes a path writes the one that they import from."""
    register("OF_OUR_OWN", exceptions=[path])

    assert describe(exception).code == "OF_OUR_OWN"
    assert is_one_of(exception, [path])
    assert not is_one_of(exception, ["OSError", "builtins.OSError", "shop.nowhere.Error"])


def test_cache_of_meanings_is_bounded():
    """Classes made at run time do not fill the memory."""
    from fireline.errors import catalog

    for number in range(1500):
        describe(type(f"Made{number}", (ValueError,), {})())

    assert len(catalog._found) <= 1001
