"""DRF without RESPONSE_FORMAT: described and counted, and otherwise as if Fireline were not there."""

import re

import pytest
from rest_framework.views import APIView

from fireline.sources import drf
from tests.models import Customer
from tests.sources.drf_urls import RAISED

pytestmark = pytest.mark.urls("tests.sources.drf_urls")

OURS = {"X-Error-ID", "X-Correlation-ID", "Access-Control-Expose-Headers"}
JSON = "application/json"
ASKED = [
    *(pytest.param("get", f"/fails/{how}/", {}, id=how) for how in RAISED),
    *(pytest.param("get", f"/own-handler/{how}/", {}, id=f"own-{how}") for how in RAISED),
    *(pytest.param("get", f"/own-settings/{how}/", {}, id=f"settings-{how}") for how in RAISED),
    pytest.param("get", "/broken-handler/", {}, id="broken-handler"),
    pytest.param("get", "/calls/full-clean/", {}, id="full-clean"),
    pytest.param("get", "/calls/nobody/", {}, id="nobody"),
    pytest.param("get", "/session/", {}, id="session"),
    pytest.param("post", "/session/", {}, id="session-post"),
    pytest.param("get", "/password/", {}, id="password"),
    pytest.param("get", "/password/", {"headers": {"authorization": "Basic odd"}}, id="wrong"),
    pytest.param("delete", "/works/", {}, id="method"),
    pytest.param("get", "/works/", {"headers": {"accept": "image/png"}}, id="not-acceptable"),
    pytest.param(
        "get", "/works/", {"headers": {"accept": "application/problem+json"}}, id="problem-alone"
    ),
    pytest.param("post", "/works/", {"data": "{", "content_type": JSON}, id="invalid-json"),
    pytest.param("post", "/works/", {"data": b"[" * 100_000, "content_type": JSON}, id="deep-json"),
    pytest.param("post", "/works/", {"data": b"\xff", "content_type": JSON}, id="invalid-utf-8"),
    pytest.param("post", "/works/", {"data": "x", "content_type": "text/odd"}, id="media-type"),
    pytest.param("post", "/body/", {"data": b"x" * 2_700_000, "content_type": JSON}, id="too-big"),
    pytest.param("post", "/validates/sign-up/", {"data": {}}, id="serializer"),
    pytest.param("get", "/browsable/conflict/", {"headers": {"accept": "text/html"}}, id="browser"),
    pytest.param("get", "/browsable/bug/", {"headers": {"accept": "text/html"}}, id="browser-bug"),
    pytest.param("get", "/rendered/conflict/", {}, id="own-renderer"),
    pytest.param("get", "/async/", {}, id="async"),
    pytest.param("get", "/function/", {}, id="function"),
    pytest.param("get", "/works/", {}, id="success"),
]


def answered(api, method, path, options):
    """All that a client sees of the answer, but for the ids."""
    response = getattr(api, method)(path, **options)
    headers = {name: value for name, value in response.items() if name not in OURS}
    body = re.sub(rb"[A-Za-z0-9]{64}", b"csrf token", response.content)  # another one each time
    return response.status_code, headers, body, sorted(response.cookies)


@pytest.mark.parametrize(("method", "path", "options"), ASKED)
def test_status_headers_and_body_stay(api, signals, monkeypatch, method, path, options):
    """Byte for byte what DRF answers where the wrap is not installed, and the same signals."""
    answer = answered(api, method, path, options)
    heard = [type(exception) for exception in signals]
    monkeypatch.setattr(APIView, "handle_exception", drf._own_handle_exception)
    signals.clear()

    assert answer == answered(api, method, path, options)
    assert heard == [type(exception) for exception in signals]


@pytest.mark.parametrize("how", ["bug", "unknown", "integrity", "django-validation", "business"])
def test_propagation_stays(api, how):
    """What DRF does not answer itself still leaves the view."""
    api.raise_request_exception = True

    with pytest.raises(type(RAISED[how]())):
        api.get(f"/fails/{how}/")


def test_ids_stand_in_the_headers(api, reports):
    """The report's ids, once, and nowhere in the body."""
    response = api.get("/fails/conflict/")

    assert response.json() == {"detail": "Only two are left"}
    assert [report.error_id for report in reports] == [response["X-Error-ID"]]
    assert [report.correlation_id for report in reports] == [response["X-Correlation-ID"]]


@pytest.mark.parametrize(
    ("path", "code", "status"),
    [
        pytest.param("/fails/validation/", "VALIDATION_ERROR", 400, id="drf"),
        pytest.param("/fails/bug/", "INTERNAL_ERROR", 500, id="bug"),
        pytest.param("/own-handler/conflict/", "INTEGRITY_ERROR", 409, id="own-handler"),
        pytest.param("/own-handler/unknown/", "INTEGRITY_ERROR", 409, id="handler-knows-better"),
        pytest.param("/own-settings/unknown/", "INTEGRITY_ERROR", 409, id="settings-know-better"),
        pytest.param("/own-handler/type-error/", "INTERNAL_ERROR", 500, id="handler-takes-all"),
        pytest.param("/broken-handler/", "INTERNAL_ERROR", 500, id="broken-handler"),
    ],
)
def test_each_failure_is_told_once(api, reports, path, code, status):
    """Whoever answers it; what a project's handler takes for a 4xx is not reported as our bug."""
    api.get(path)

    assert [(report.code, report.status) for report in reports] == [(code, status)]


@pytest.mark.parametrize("path", ["/own-handler/conflict/", "/own-settings/conflict/"])
def test_own_handler_of_a_view_is_wrapped(api, reports, path):
    """A handler that only this view has chosen answers, and the exception itself is reported."""
    response = api.get(path)

    assert (response.status_code, response.json()) == (400, {"own": True})
    assert type(reports[0].exception).__name__ == "OutOfStock"


def test_exception_of_a_broken_handler_is_the_reported_one(api, reports):
    """It is what went wrong last; the first one is its context."""
    api.get("/broken-handler/")

    assert isinstance(reports[0].exception, RuntimeError)
    assert isinstance(reports[0].exception.__context__, KeyError)


@pytest.mark.django_db
def test_success_asks_the_database_nothing_more(api, django_assert_num_queries):
    """As many queries as the view itself makes."""
    with django_assert_num_queries(1):
        api.get("/customers/")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("shape", [None, "problem", "drf"])
@pytest.mark.parametrize(
    "how", ["validation", "conflict", "broken", "django-validation", "business", "duplicate", "bug"]
)
def test_rows_of_a_failed_request_are_rolled_back(api, shaped, monkeypatch, shape, how):
    """With ATOMIC_REQUESTS an answer that is an error commits nothing, in any shape."""
    from django.db import connection

    shaped(shape)
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)

    response = api.post(f"/fails/{how}/")

    assert response.status_code >= 400
    assert not Customer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_rows_of_a_success_are_kept(api, monkeypatch):
    """The test above means something: without a failure the row is there."""
    from django.db import connection

    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)

    api.post("/unchecked/", {"name": "Ada"})

    assert Customer.objects.get().name == "Ada"
